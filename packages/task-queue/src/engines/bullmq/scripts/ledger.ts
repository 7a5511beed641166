import { MAX_FAILURES } from '../../../task/task-record.js';
import { BULL_SETS, MAX_EVENTS, RECORD_FIELDS } from '../task-fields.js';

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const sets = Object.entries(BULL_SETS).map(([state, set]) => `${state} = '${set}'`);

/** Lua before every script: keys, where tasks stand, and records. `KEYS[1]` is the queue's prefix, which all keys begin with. */
export const LEDGER = `
local B = KEYS[1]
local call = redis.call
local SETS = { ${sets.join(', ')} }

local function own(name) return B .. 'f:' .. name end
local function num(value) return string.format('%.17g', value) end
local function index(by, value) return own('by:' .. by .. ':' .. value) end

local function told(name, id, ...)
  call('XADD', B .. 'events', 'MAXLEN', '~', ${MAX_EVENTS}, '*', 'event', name, 'jobId', id, ...)
end

local function count(lg, state, by)
  local field = state .. ' ' .. lg
  if call('HINCRBY', own('counts'), field, by) == 0 then call('HDEL', own('counts'), field) end
end

-- Takes a task out of the state that it is in, here and where BullMQ looks.
local function leave(t)
  if t.state == nil then return end
  call('ZREM', own('state:' .. t.state), t.id)
  count(t.lg, t.state, -1)
  if t.state == 'active' then call('LREM', B .. 'active', 1, t.id)
  else call('ZREM', B .. SETS[t.state], t.id) end
  -- A worker of BullMQ's may have moved it on there, though its queue is paused for such workers.
  if t.state == 'delayed' then call('ZREM', B .. 'prioritized', t.id) end
end

-- Moves a task to a state, with its place among BullMQ's jobs of that state.
local function enter(t, state, score)
  leave(t)
  t.state = state
  call('ZADD', own('state:' .. state), t.id, t.id)
  count(t.lg, state, 1)
  if state == 'active' then call('LPUSH', B .. 'active', t.id)
  else call('ZADD', B .. SETS[state], score, t.id) end
  call('HSET', B .. t.id, 'f:state', state)
end

local function load(id)
  local v = call('HMGET', B .. id, 'f:state', 'f:lg', 'f:lane', 'f:group', 'f:key', 'f:tag', 'f:share', 'f:shelf', 'f:priority',
    'f:notBefore', 'f:attempts', 'f:maxAttempts', 'f:token', 'f:owner', 'f:cancel', 'name')
  if not v[1] then return nil end
  return { id = id, state = v[1], lg = v[2], lane = v[3], group = v[4], key = v[5], tag = v[6] and tonumber(v[6]), share = tonumber(v[7]),
    shelf = v[8], priority = tonumber(v[9]), notBefore = tonumber(v[10]), attempts = tonumber(v[11]), maxAttempts = tonumber(v[12]),
    token = v[13], owner = v[14], isCancelRequested = v[15] == '1', name = v[16] }
end

local function held(id, token)
  local t = load(id)
  if t and t.state == 'active' and t.token == token then return t end
  return nil
end

local function record(id)
  local v = call('HMGET', B .. id, ${quoted(RECORD_FIELDS)})
  if not v[8] then return false end
  v[#v + 1] = call('LRANGE', own('failures:' .. id), 0, -1)
  return { id, v }
end

local function note(t, failure, reason, trace)
  local key = own('failures:' .. t.id)
  call('RPUSH', key, failure)
  call('LTRIM', key, -${MAX_FAILURES}, -1)
  call('HSET', B .. t.id, 'failedReason', reason, 'stacktrace', trace or '[]', 'atm', t.attempts)
end

local function noteOwn(t, now, code, message)
  note(t, '{"attempt":' .. num(t.attempts) .. ',"atMs":' .. now .. ',"code":"' .. code .. '","message":' .. cjson.encode(message) .. '}', message)
end

-- A Redis that is full refuses the first command of a script that takes memory, unless the script has written before: what is
-- under way can end there, and what has ended can be dropped.
local function evenIfFull() call('DEL', own('nothing')) end

-- A call whose answer was lost is made again under the same id: what it did is not done twice.
local function answered(id)
  local kept = call('GET', own('answer:' .. id))
  return kept and cmsgpack.unpack(kept) or nil
end

local function answer(id, value, ms)
  call('SET', own('answer:' .. id), cmsgpack.pack(value), 'PX', ms)
  return value
end
`;
