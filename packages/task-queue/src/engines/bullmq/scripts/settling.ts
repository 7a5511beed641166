import { ENDS, LANES } from './lanes.js';
import { LEDGER } from './ledger.js';

/** Values that a settlement takes in {@link SETTLE}. */
const SETTLEMENT_PARTS = 7;

/**
 * Lua: ends attempts. ARGV: call, ms to keep the answer, then of each: id, token, now, how, and three more: the result; or the failure, when to try
 * again, its message; or when to begin.
 */
export const SETTLE = `${LEDGER}${LANES}${ENDS}
local kept = answered(ARGV[1])
if kept then return kept end
evenIfFull()
local outcomes = {}
for at = 3, #ARGV, ${SETTLEMENT_PARTS} do
  local id, token, now, how, a, b, c = unpack(ARGV, at, at + ${SETTLEMENT_PARTS - 1})
  local t = held(id, token)
  outcomes[#outcomes + 1] = t and 'applied' or 'lost'
  if t then
    if how == 'complete' then
      call('HSET', B .. id, 'returnvalue', a)
      finish(t, 'completed', now)
    elseif how == 'cancel' then finish(t, 'cancelled', now)
    elseif how == 'release' then
      t.attempts = t.attempts - 1
      call('HSET', B .. id, 'f:attempts', t.attempts)
      if t.attempts == 0 then call('HDEL', B .. id, 'processedOn') end
      again(t, tonumber(a), now)
    else
      note(t, a, c)
      if b == '' or t.attempts >= t.maxAttempts then finish(t, 'failed', now)
      else again(t, tonumber(b), now) end
    end
  end
end
return answer(ARGV[1], outcomes, ARGV[2])
`;

/** Lua: prolongs leases. ARGV: until, then id and token of each. */
export const RENEW = `${LEDGER}
evenIfFull()
local outcomes = {}
for at = 2, #ARGV, 2 do
  local t = held(ARGV[at], ARGV[at + 1])
  if t then
    call('HSET', B .. t.id, 'f:lease', ARGV[1])
    call('ZADD', own('leases'), ARGV[1], t.id)
  end
  outcomes[#outcomes + 1] = not t and 'lost' or t.isCancelRequested and 'cancel' or 'held'
end
return outcomes
`;

/** Lua: notes progress. ARGV: id, token and progress of each. */
export const PROGRESS = `${LEDGER}
for at = 1, #ARGV, 3 do
  local t = held(ARGV[at], ARGV[at + 1])
  if t then
    call('HSET', B .. t.id, 'progress', ARGV[at + 2])
    told('progress', t.id, 'data', ARGV[at + 2])
  end
end
return 0
`;

/** Lua: takes leases away, and lets tasks wait whose time has come; as many as are said. ARGV: call, ms to keep the answer, now, limit, dead owners. */
export const EXPIRE = `${LEDGER}${LANES}${ENDS}
local kept = answered(ARGV[1])
if kept then return kept end
evenIfFull()
local now, limit, changed = ARGV[3], tonumber(ARGV[4]), 0

local function lose(id)
  local t = load(id)
  changed = changed + 1
  noteOwn(t, now, 'E_TASK_LEASE_LOST',
    'The lease of attempt ' .. t.attempts .. ' by ' .. t.owner .. ' was not renewed: its process ended or hung')
  if t.attempts >= t.maxAttempts and not t.isCancelRequested then finish(t, 'failed', now)
  else again(t, tonumber(now), now) end
end

for _, id in ipairs(call('ZRANGEBYSCORE', own('leases'), '-inf', now, 'LIMIT', 0, limit)) do lose(id) end
if changed < limit then
  local dead = {}
  for at = 5, #ARGV do
    for _, id in ipairs(call('ZRANGE', own('owner:' .. ARGV[at]), 0, limit - 1)) do dead[#dead + 1] = id end
  end
  table.sort(dead)
  for at = 1, math.min(#dead, limit - changed) do lose(dead[at]) end
end
if changed < limit then
  for _, id in ipairs(call('ZRANGEBYSCORE', own('due'), '-inf', now, 'LIMIT', 0, limit - changed)) do
    changed = changed + 1
    local t = load(id)
    untie(t)
    begin(t, tonumber(now))
  end
end
return answer(ARGV[1], changed, ARGV[2])
`;
