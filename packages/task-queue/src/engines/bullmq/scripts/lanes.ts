import { PRIORITY_STEP } from '../../../order/fair-order.js';

/**
 * Lua of lanes, in the order of `order/fair-order.ts`. A lane's waiting tasks stand on shelves, one for each name and reservation, so that
 * a claim passes over whole shelves; `heads` has the place of each shelf's first task.
 */
export const LANES = `
local function lineKey(lane, shelf) return own('line:' .. #lane .. ':' .. lane .. shelf) end

local function placeOf(t) return t.tag - t.priority * ${PRIORITY_STEP} end

local function moveHead(lane, shelf)
  local head = call('ZRANGE', lineKey(lane, shelf), 0, 0, 'WITHSCORES')
  if head[2] then call('ZADD', own('heads:' .. lane), head[2], shelf)
  else call('ZREM', own('heads:' .. lane), shelf) end
end

local function line(t)
  local key, place = lineKey(t.lane, t.shelf), num(placeOf(t))
  call('ZADD', key, place, t.id)
  if call('ZRANGE', key, 0, 0)[1] == t.id then call('ZADD', own('heads:' .. t.lane), place, t.shelf) end
  call('HINCRBY', own('waits:' .. t.lane), t.group, 1)
end

local function unline(t)
  call('ZREM', lineKey(t.lane, t.shelf), t.id)
  if call('HINCRBY', own('waits:' .. t.lane), t.group, -1) == 0 then call('HDEL', own('waits:' .. t.lane), t.group) end
end

local function laneTags(lane)
  local tags = call('HMGET', own('lane:' .. lane), 'tag', 'last')
  return tonumber(tags[1] or '0'), tonumber(tags[2] or '0')
end

-- Lets a task wait for its time, or for a worker.
local function begin(t, now)
  if t.notBefore > now then
    call('ZADD', own('due'), num(t.notBefore), t.id)
    enter(t, 'delayed', num(math.floor(t.notBefore) * 4096))
    call('HSET', B .. t.id, 'delay', num(math.max(0, math.floor(t.notBefore - now))))
    told('delayed', t.id, 'delay', num(math.floor(t.notBefore)))
    return
  end
  if not t.tag then
    local tag, last = laneTags(t.lane)
    t.tag = math.max(tag, tonumber(call('ZSCORE', own('turns:' .. t.lane), t.group) or '0'))
    local ends = t.tag + t.share
    call('ZADD', own('turns:' .. t.lane), num(ends), t.group)
    if ends > last then call('HSET', own('lane:' .. t.lane), 'last', num(ends)) end
    call('HSET', B .. t.id, 'f:tag', num(t.tag))
  end
  line(t)
  local prev = t.state
  enter(t, 'waiting', num(placeOf(t)))
  call('HSET', B .. t.id, 'delay', '0')
  told('waiting', t.id, 'prev', prev or 'added')
end
`;

/** Lua of ends, and of what follows from them. */
export const ENDS = `
local function unlease(t)
  call('ZREM', own('leases'), t.id)
  local key = own('owner:' .. t.owner)
  call('ZREM', key, t.id)
  if call('ZCARD', key) == 0 then call('SREM', own('owners'), t.owner) end
  call('DEL', B .. t.id .. ':lock')
  call('HDEL', B .. t.id, 'f:owner', 'f:lease', 'f:cancel')
  call('HSET', B .. t.id, 'atm', t.attempts)
  t.isCancelRequested = false
end

local function untie(t)
  if t.state == 'active' then unlease(t)
  elseif t.state == 'waiting' then
    unline(t)
    moveHead(t.lane, t.shelf)
  elseif t.state == 'delayed' then call('ZREM', own('due'), t.id) end
end

local function finish(first, state, now)
  local list = { { first, state } }
  while #list > 0 do
    local t, ending = unpack(table.remove(list))
    local prev = t.state
    untie(t)
    enter(t, ending, now)
    call('HSET', B .. t.id, 'finishedOn', now)
    call('ZADD', own('ended:' .. ending), now, t.id)
    if t.key and call('HGET', own('keys'), t.key) == t.id then call('HDEL', own('keys'), t.key) end
    if ending == 'completed' then
      local value = call('HGET', B .. t.id, 'returnvalue')
      told('completed', t.id, 'returnvalue', #value > 4096 and 'null' or value, 'prev', prev)
    else
      if ending == 'cancelled' and prev ~= 'blocked' then
        call('HSET', B .. t.id, 'failedReason', 'It was cancelled')
      end
      told('failed', t.id, 'failedReason', call('HGET', B .. t.id, 'failedReason') or ending, 'prev', prev)
    end
    local key = own('followers:' .. t.id)
    for _, id in ipairs(call('ZRANGE', key, 0, -1)) do
      if ending == 'completed' then
        call('SREM', own('unmet:' .. id), t.id)
        if call('EXISTS', own('unmet:' .. id)) == 0 then
          local follower = load(id)
          if follower and follower.state == 'blocked' then begin(follower, tonumber(now)) end
        end
      else
        local follower = load(id)
        if follower and follower.state == 'blocked' then
          noteOwn(follower, now, 'E_TASK_DEPENDENCY',
            'The task ' .. t.id .. ' (' .. t.name .. '), which this one comes after, was ' .. ending)
          -- Not twice, if it comes after several of those that end.
          call('HSET', B .. id, 'f:state', 'ending')
          list[#list + 1] = { follower, 'cancelled' }
        end
      end
    end
    if ending == 'completed' then call('DEL', key) end
  end
end

local function again(t, notBefore, now)
  t.notBefore = notBefore
  call('HSET', B .. t.id, 'f:notBefore', num(notBefore))
  if t.isCancelRequested then
    finish(t, 'cancelled', now)
    return
  end
  unlease(t)
  begin(t, tonumber(now))
end
`;
