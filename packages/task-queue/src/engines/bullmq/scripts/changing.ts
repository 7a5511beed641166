import { ENDS, LANES } from './lanes.js';
import { LEDGER } from './ledger.js';

/** Lua: cancels. ARGV: now, ids. */
export const CANCEL = `${LEDGER}${LANES}${ENDS}
evenIfFull()
local states = {}
for at = 2, #ARGV do
  local t = load(ARGV[at])
  if t then
    if t.state == 'active' then call('HSET', B .. t.id, 'f:cancel', '1')
    elseif t.state ~= 'completed' and t.state ~= 'failed' and t.state ~= 'cancelled' then finish(t, 'cancelled', ARGV[1]) end
  end
  states[#states + 1] = t and t.state or ''
end
return states
`;

/** Lua: lets tasks begin anew. ARGV: call, ms to keep the answer, now, ids. */
export const RETRY = `${LEDGER}${LANES}${ENDS}
local kept = answered(ARGV[1])
if kept then return kept end
local now = ARGV[3]
local asked, seen, revived = {}, {}, {}
for at = 4, #ARGV do asked[ARGV[at]] = true end

local function isEnd(state) return state == 'failed' or state == 'cancelled' end

local function visit(id)
  if seen[id] then return end
  seen[id] = true
  local unmet = call('SMEMBERS', own('unmet:' .. id))
  for _, other in ipairs(unmet) do
    if asked[other] then visit(other) end
  end
  local t = load(id)
  if not t or not isEnd(t.state) then return end
  if t.key and call('HEXISTS', own('keys'), t.key) == 1 then return end
  for _, other in ipairs(unmet) do
    local state = call('HGET', B .. other, 'f:state')
    if not state or isEnd(state) or state == 'completed' then return end
  end
  call('ZREM', own('ended:' .. t.state), id)
  call('HDEL', B .. id, 'processedOn', 'finishedOn', 'f:tag', 'failedReason', 'stacktrace', 'atm')
  call('HSET', B .. id, 'f:attempts', '0')
  t.attempts = 0
  t.tag = nil
  if t.key then call('HSET', own('keys'), t.key, id) end
  if #unmet > 0 then
    enter(t, 'blocked', now)
    told('waiting-children', id)
  else begin(t, tonumber(now)) end
  revived[id] = true
end

for at = 4, #ARGV do visit(ARGV[at]) end
local answers = {}
for at = 4, #ARGV do answers[at - 3] = revived[ARGV[at]] and 1 or 0 end
return answer(ARGV[1], answers, ARGV[2])
`;

/** Lua: changes priorities. ARGV: priority, the same as BullMQ's, ids. */
export const PRIORITISE = `${LEDGER}${LANES}${ENDS}
local answers = {}
for at = 3, #ARGV do
  local t = load(ARGV[at])
  local may = t and (t.state == 'blocked' or t.state == 'delayed' or t.state == 'waiting')
  if may then
    if t.state == 'waiting' then untie(t) end
    t.priority = tonumber(ARGV[1])
    call('HSET', B .. t.id, 'f:priority', ARGV[1], 'priority', ARGV[2])
    if t.state == 'waiting' then
      line(t)
      call('ZADD', B .. 'prioritized', num(placeOf(t)), t.id)
    end
  end
  answers[#answers + 1] = may and 1 or 0
end
return answers
`;

/** Lua: drops final tasks. ARGV: call, ms to keep the answer, how many stay, until when they go, how many at most, states. */
export const PRUNE = `${LEDGER}
local kept = answered(ARGV[1])
if kept then return kept end
evenIfFull()
local keep, older, limit, dropped = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), 0

local function drop(id)
  local t = load(id)
  leave(t)
  call('ZREM', own('ended:' .. t.state), id)
  call('ZREM', own('all'), id)
  call('ZREM', index('lane', t.lane), id)
  call('ZREM', index('group', t.group), id)
  call('ZREM', index('name', t.name), id)
  if t.key then call('ZREM', index('key', t.key), id) end
  for _, other in ipairs(call('SMEMBERS', own('unmet:' .. id))) do call('ZREM', own('followers:' .. other), id) end
  call('DEL', B .. id, B .. id .. ':logs', own('failures:' .. id), own('followers:' .. id), own('unmet:' .. id))
  told('removed', id, 'prev', SETS[t.state])
end

while dropped < limit do
  local first, firstAt
  for at = 6, #ARGV do
    local key = own('ended:' .. ARGV[at])
    local oldest = call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if oldest[1] then
      local ended = tonumber(oldest[2])
      if call('ZCARD', key) > keep or ended <= older then
        if not first or ended < firstAt or (ended == firstAt and oldest[1] < first) then first, firstAt = oldest[1], ended end
      end
    end
  end
  if not first then break end
  drop(first)
  dropped = dropped + 1
end
return answer(ARGV[1], dropped, ARGV[2])
`;
