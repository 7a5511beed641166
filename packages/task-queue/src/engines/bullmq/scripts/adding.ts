import { ENDS, LANES } from './lanes.js';
import { LEDGER } from './ledger.js';

/** Lua: what is there of keys and ids that a batch speaks of. ARGV: how many keys, keys, ids. Gives the tasks of the keys, then states of all. */
export const LOOK = `${LEDGER}
local keys = tonumber(ARGV[1])
local holders, states = {}, {}
for at = 2, #ARGV do
  local id = ARGV[at]
  if at - 1 <= keys then
    id = call('HGET', own('keys'), id)
    holders[at - 1] = id
  end
  states[at - 1] = id and call('HGET', B .. id, 'f:state')
end
return { holders, states }
`;

/**
 * Lua: adds a batch that was planned. ARGV: call, ms to keep the answer, now, most tasks, checks, tasks, then data of each. Where what the
 * plan was made against has changed nothing happens.
 */
export const ADD = `${LEDGER}${LANES}${ENDS}
local kept = answered(ARGV[1])
if kept then return kept end
local now, most = ARGV[3], tonumber(ARGV[4])
local checks, tasks = cjson.decode(ARGV[5]), cjson.decode(ARGV[6])
for _, check in ipairs(checks.keys) do
  if (call('HGET', own('keys'), check[1]) or '') ~= check[2] then return { 'stale' } end
end
for _, check in ipairs(checks.states) do
  local state = call('HGET', B .. check[1], 'f:state') or ''
  if state ~= check[2] then return { 'stale' } end
end
local there = call('ZCARD', own('all'))
if there + #tasks > most then return { 'full', num(there) } end
if #tasks == 0 then return { 'added' } end
if call('EXISTS', own('seq')) == 0 then
  -- Ids never come again, even where everything was deleted meanwhile.
  local time = call('TIME')
  call('SET', own('seq'), num(tonumber(time[1]) * 1000000 + tonumber(time[2])))
end
-- Workers of BullMQ's own keep away from a paused queue. Its state is ours to say: lanes are paused elsewhere.
call('HSET', B .. 'meta', 'paused', '1')
local base = call('INCRBY', own('seq'), #tasks) - #tasks
local ids, ready = {}, {}
for at, task in ipairs(tasks) do ids[at] = string.format('%016.0f', base + at) end
for at, task in ipairs(tasks) do
  local id = ids[at]
  local after, open = task.a, task.o
  for _, place in ipairs(task.q) do
    after[#after + 1] = ids[place + 1]
    open[#open + 1] = ids[place + 1]
  end
  call('HSET', B .. id, 'name', task.n, 'data', ARGV[6 + at], 'opts', task.e, 'timestamp', now, 'delay', '0', 'priority', task.z,
    'f:lane', task.l, 'f:group', task.g, 'f:priority', task.p, 'f:after', table.concat(after, ','), 'f:attempts', '0', 'f:maxAttempts', task.m,
    'f:notBefore', task.b, 'f:share', task.s, 'f:shelf', task.h, 'f:lg', task.c)
  if task.k then
    call('HSET', B .. id, 'f:key', task.k)
    call('HSET', own('keys'), task.k, id)
    call('ZADD', index('key', task.k), id, id)
  end
  if task.r then call('HSET', B .. id, 'f:reserve', task.r) end
  call('ZADD', own('all'), id, id)
  call('ZADD', index('lane', task.l), id, id)
  call('ZADD', index('group', task.g), id, id)
  call('ZADD', index('name', task.n), id, id)
  told('added', id, 'name', task.n)
  local t = { id = id, lg = task.c, lane = task.l, group = task.g, name = task.n, share = tonumber(task.s), shelf = task.h,
    priority = tonumber(task.p), notBefore = tonumber(task.b), attempts = 0 }
  if #open == 0 then begin(t, tonumber(now))
  else
    for _, other in ipairs(open) do
      call('SADD', own('unmet:' .. id), other)
      call('ZADD', own('followers:' .. other), id, id)
    end
    enter(t, 'blocked', now)
    told('waiting-children', id)
  end
end
table.insert(ids, 1, 'added')
return answer(ARGV[1], ids, ARGV[2])
`;
