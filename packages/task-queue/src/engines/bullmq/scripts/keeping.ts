import { LEDGER } from './ledger.js';

/** Lua: permits beginnings, as `order/rate-window.ts` does. ARGV: call, ms to keep the answer, key, max, per, wanted, now. */
export const PERMIT = `${LEDGER}
local kept = answered(ARGV[1])
if kept then return kept end
local max, per, wanted, now = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local past, used = {}, 0
for at, times in string.gmatch(call('HGET', own('permits'), ARGV[3]) or '', '([^ ]+) ([^ ]+) ') do
  at, times = tonumber(at), tonumber(times)
  if at > now - per then
    past[#past + 1] = num(math.min(at, now)) .. ' ' .. num(times) .. ' '
    used = used + times
  end
end
local given = math.max(0, math.min(wanted, max - used))
if given > 0 then past[#past + 1] = num(now) .. ' ' .. num(given) .. ' ' end
call('HSET', own('permits'), ARGV[3], table.concat(past))
return answer(ARGV[1], given, ARGV[2])
`;

/** Lua: keeps a schedule. ARGV: call, ms to keep the answer, id, definition, next, condition: 'absent', '' or a time. */
export const PUT_SCHEDULE = `${LEDGER}
local kept = answered(ARGV[1])
if kept then return kept end
local there = call('HGET', own('scheduleTimes'), ARGV[3])
local condition = ARGV[6]
local may = condition == '' or (condition == 'absent' and not there) or condition == there
if may then
  call('HSET', own('scheduleTimes'), ARGV[3], ARGV[5])
  call('HSET', own('schedules'), ARGV[3], ARGV[4])
end
return answer(ARGV[1], may and 1 or 0, ARGV[2])
`;

/** Lua: drops a schedule. ARGV: call, ms to keep the answer, id. */
export const DELETE_SCHEDULE = `${LEDGER}
local kept = answered(ARGV[1])
if kept then return kept end
call('HDEL', own('scheduleTimes'), ARGV[3])
return answer(ARGV[1], call('HDEL', own('schedules'), ARGV[3]), ARGV[2])
`;

/** Lua: all schedules: ids, definitions and times, one after the other. */
export const SCHEDULES = `${LEDGER}
local all, times = call('HGETALL', own('schedules')), {}
for at = 1, #all, 2 do times[#times + 1] = call('HGET', own('scheduleTimes'), all[at]) end
return { all, times }
`;

/** Lua: pauses or resumes. ARGV: 1 or 0, and a lane; everything without one. */
export const PAUSE = `${LEDGER}
if ARGV[2] then call(ARGV[1] == '1' and 'SADD' or 'SREM', own('paused'), ARGV[2])
elseif ARGV[1] == '1' then call('SET', own('pausedAll'), '1')
else call('DEL', own('pausedAll')) end
told('lanes', '')
return 0
`;
