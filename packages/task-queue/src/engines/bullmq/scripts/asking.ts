import { LEDGER } from './ledger.js';

/** Lua: records of ids. */
export const GET = `${LEDGER}
local records = {}
for at, id in ipairs(ARGV) do records[at] = record(id) end
return records
`;

/**
 * Lua: a part of a page. ARGV: after which number, limit, how many to look at, states as JSON or '', then of name, lane, group and key '' or '=' and
 * the value. Gives where to go on ('' at the end) and records.
 */
export const LIST = `${LEDGER}
local after, limit, looks = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local states = ARGV[4] ~= '' and cjson.decode(ARGV[4]) or nil
local wanted = {}
for at, by in ipairs({ 'name', 'lane', 'group', 'key' }) do
  local value = ARGV[4 + at]
  if value ~= '' then wanted[by] = string.sub(value, 2) end
end

-- Whatever has the fewest tasks is looked through.
local best, fewest = { own('all') }, call('ZCARD', own('all'))
local function consider(keys)
  local size = 0
  for _, key in ipairs(keys) do size = size + call('ZCARD', key) end
  if size < fewest then best, fewest = keys, size end
end
for by, value in next, wanted do consider({ index(by, value) }) end
local isWanted = {}
if states then
  local keys = {}
  for _, state in ipairs(states) do
    isWanted[state] = true
    keys[#keys + 1] = own('state:' .. state)
  end
  consider(keys)
end

local ids = {}
for _, key in ipairs(best) do
  for _, id in ipairs(call('ZRANGEBYSCORE', key, '(' .. after, '+inf', 'LIMIT', 0, looks)) do ids[#ids + 1] = id end
end
table.sort(ids)
local records, last = {}, ''
for at = 1, math.min(#ids, looks) do
  if #records == limit then break end
  local id = ids[at]
  last = id
  local v = call('HMGET', B .. id, 'name', 'f:lane', 'f:group', 'f:key', 'f:state')
  local is = not states or isWanted[v[5]]
  if (not wanted.name or wanted.name == v[1]) and (not wanted.lane or wanted.lane == v[2]) and (not wanted.group or wanted.group == v[3])
    and (not wanted.key or wanted.key == v[4]) and is then records[#records + 1] = record(id) end
end
if #ids == 0 then last = '' end
return { last, records }
`;

/** Lua: when the next task or lease is due. */
export const NEXT_DUE = `${LEDGER}
local due = call('ZRANGE', own('due'), 0, 0, 'WITHSCORES')
local lease = call('ZRANGE', own('leases'), 0, 0, 'WITHSCORES')
return { due[2] or '', lease[2] or '' }
`;
