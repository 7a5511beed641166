import { MAX_GROUPS_COUNTED } from '../../../order/fair-order.js';
import { LANES } from './lanes.js';
import { LEDGER } from './ledger.js';

/** Lua: hands tasks out. ARGV: call, ms to keep the answer, lane, limit, owner, now, end of the lease, names left out, what is free. */
export const CLAIM = `${LEDGER}${LANES}
local function given(pairs)
  local records = {}
  for _, pair in ipairs(pairs) do
    local t = held(pair[1], pair[2])
    if t then records[#records + 1] = record(t.id) end
  end
  return records
end

local kept = answered(ARGV[1])
if kept then return given(kept) end
evenIfFull()
local lane, limit, owner, now, leaseUntil = ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7]
if call('EXISTS', own('pausedAll')) == 1 or call('SISMEMBER', own('paused'), lane) == 1 then return {} end
local left, free = {}, cjson.decode(ARGV[9])
for _, name in ipairs(cjson.decode(ARGV[8])) do left[name] = true end

local function fits(shelf)
  local parts = cjson.decode(shelf)
  if left[parts[1]] then return false end
  for at = 1, 4 do
    if free[at] and free[at] ~= cjson.null and parts[at + 1] > free[at] then return false end
  end
  return true
end

-- The first tasks of all stand on the shelves whose heads come first, as many as tasks are wanted, and on those level with the last.
local found, shelves, from, last = {}, 0, 0, nil
while true do
  local heads = call('ZRANGE', own('heads:' .. lane), from, from + 99, 'WITHSCORES')
  local isOver = #heads == 0
  for at = 1, #heads, 2 do
    local place = tonumber(heads[at + 1])
    if shelves >= limit and place > last then
      isOver = true
      break
    end
    if fits(heads[at]) then
      shelves = shelves + 1
      last = place
      local ids = call('ZRANGE', lineKey(lane, heads[at]), 0, limit - 1, 'WITHSCORES')
      for each = 1, #ids, 2 do found[#found + 1] = { ids[each], tonumber(ids[each + 1]) } end
    end
  end
  if isOver then break end
  from = from + 100
end
table.sort(found, function(a, b)
  if a[2] ~= b[2] then return a[2] < b[2] end
  return a[1] < b[1]
end)
if #found == 0 then return {} end

local groups = call('HLEN', own('waits:' .. lane))
local pairs, touched, top, shares = {}, {}, 0, 0
for at = 1, math.min(limit, #found) do
  local t = load(found[at][1])
  unline(t)
  touched[t.shelf] = true
  enter(t, 'active', now)
  local token = call('HINCRBY', B .. t.id, 'f:token', 1)
  call('HINCRBY', B .. t.id, 'f:attempts', 1)
  call('HINCRBY', B .. t.id, 'ats', 1)
  call('HSET', B .. t.id, 'f:owner', owner, 'f:lease', leaseUntil, 'processedOn', now, 'pb', owner)
  -- For BullMQ's own eyes: a locked job is neither stalled nor removed. When it ends is said by the lease, in the caller's time.
  call('SET', B .. t.id .. ':lock', token)
  call('ZADD', own('leases'), leaseUntil, t.id)
  call('ZADD', own('owner:' .. owner), t.id, t.id)
  told('active', t.id, 'prev', 'waiting')
  pairs[at] = { t.id, tostring(token) }
  top = math.max(top, t.tag)
  shares = shares + t.share
end
call('SADD', own('owners'), owner)
for shelf in next, touched do moveHead(lane, shelf) end
local tag, ends = laneTags(lane)
if call('HLEN', own('waits:' .. lane)) == 0 then tag = math.max(tag, ends)
else tag = math.max(top, tag + shares / math.min(groups, ${MAX_GROUPS_COUNTED})) end
call('HSET', own('lane:' .. lane), 'tag', num(tag))
call('ZREMRANGEBYSCORE', own('turns:' .. lane), '-inf', num(tag))
return given(answer(ARGV[1], pairs, ARGV[2]))
`;
