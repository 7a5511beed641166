import { createHash } from 'node:crypto';
import { SCRIPT_OPERATIONS } from './script-operations.js';

// What lies in Redis, each name after `{namespace}:`, so that all of it is in one slot of a cluster:
//   g             the generation's name; everything of another generation is gone, whether or not it is there still
//   m             hash: generation, entries, bytes, tags, counters; `sweep` (1, or 2 if unlikely) while leftovers of lost ones may be there
//   h             list of the last changes that were told, for who missed some
//   d             list of what is to be deleted by and by: generations, and the sets of tags that were deleted
//   GEN:v:ID      an entry's frame          GEN:i   hash, ID -> weight;uses;tick;tags
//   GEN:t:TAG     set of IDs                GEN:c   hash, TAG -> how many IDs its set has
//   GEN:o         sorted set of IDs: the first is the next to be let go
//   GEN:x         sorted set of IDs that expire, by when
// Redis may lose any of these by itself. A value that is lost is a miss, and its weight goes with its row when that is
// let go. If the counts of m, o, i and c disagree a new generation begins, and nothing is stored until the old one's
// leftovers are swept. What a script does is done at once, so nobody sees a cap that is exceeded.

/** Bytes of an entry besides its value's key: its rows, with tables that stay large for a while when entries go. */
const ROW_BYTES = 420;
/** The same for when it expires. */
const EXPIRY_BYTES = 180;
/** The same for each of its tags, with the tag's set, which may be the entry's alone. */
const TAG_BYTES = 460;

/** Longest message that is kept; in the place of a longer one it says that something is missing. */
const MESSAGE_BYTES = 512;

const PRELUDE = `
local FRESH, POLICY, MAX, TOLD = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local G = KEYS[1]
local P = string.sub(G, 1, -2)
local M, D, H, CHANNEL = P .. 'm', P .. 'd', P .. 'h', P .. 'c'
-- Where nothing at all is left, leftovers are unlikely, and who stores needn't wait until they are looked for.
local IS_NEW = redis.call('EXISTS', G, M, H) == 0
local AGE_UNIT = 2147483648
local gen, O, I, X, C
local entries, bytes, tick, age, tags, sweep, epoch, told
local expired = 0

local function name(g)
  gen = g
  O, I, X, C = P .. g .. ':o', P .. g .. ':i', P .. g .. ':x', P .. g .. ':c'
end

local function valueKey(id) return P .. gen .. ':v:' .. id end
local function tagKey(tag) return P .. gen .. ':t:' .. tag end

local function save()
  redis.call('HSET', M, 'gen', gen, 'entries', entries, 'bytes', bytes, 'tick', tick, 'age', age, 'tags', tags, 'sweep', sweep,
    'epoch', epoch, 'told', told)
end

local function answer(status, rest)
  return {status, gen, entries, bytes, expired, sweep, redis.call('LLEN', D), rest or {}}
end

local function reset()
  redis.call('SET', G, FRESH)
  redis.call('UNLINK', M, D, H)
  name(FRESH)
  entries, bytes, tick, age, tags, sweep, epoch, told = 0, 0, 0, 0, 0, IS_NEW and 2 or 1, FRESH, 0
  save()
end

local function begin()
  local g = redis.call('GET', G)
  local s = redis.call('HMGET', M, 'gen', 'entries', 'bytes', 'tick', 'age', 'tags', 'sweep', 'epoch', 'told')
  if g and g == s[1] then
    name(g)
    entries, bytes, tick = tonumber(s[2]), tonumber(s[3]), tonumber(s[4])
    age, tags, sweep = tonumber(s[5]), tonumber(s[6]), tonumber(s[7])
    epoch, told = s[8], tonumber(s[9])
    if redis.call('ZCARD', O) == entries and redis.call('HLEN', I) == entries
      and redis.call('HLEN', C) == tags then return end
  end
  reset()
end

local function tell(message)
  told = told + 1
  redis.call('RPUSH', H, #message <= ${MESSAGE_BYTES} and message or '')
  redis.call('LTRIM', H, -TOLD, -1)
  redis.call('PUBLISH', CHANNEL, string.format('%.0f ', told) .. message)
end

-- Whether somebody else changed what a message is about, after so many messages. Names: its tags.
local function isOutdated(known, heard, message, names)
  local missing = told - heard
  if known ~= epoch or missing < 0 or missing > redis.call('LLEN', H) then return true end
  if missing == 0 then return false end
  local origin, about = string.sub(message, 1, 8), string.sub(message, 9)
  for _, one in ipairs(redis.call('LRANGE', H, -missing, -1)) do
    if #one <= 8 then return true end
    if string.sub(one, 1, 8) ~= origin then
      local what = string.sub(one, 9)
      local kind = string.sub(what, 1, 1)
      if what == about or kind == 'a' or (kind == 't' and names ~= '') then return true end
    end
  end
  return false
end

local function parse(row)
  local weight, uses, at, names = string.match(row, '^(%d+);(%d+);(%d+);(.*)$')
  return {weight = tonumber(weight), uses = tonumber(uses), at = tonumber(at), tags = names}
end

local function row(id)
  local found = redis.call('HGET', I, id)
  return found and parse(found)
end

local function keep(id, e)
  redis.call('HSET', I, id, string.format('%.0f;%d;%.0f;%s', e.weight, e.uses, e.at, e.tags))
end

local function head(key)
  local fixed = redis.call('GETRANGE', key, 0, 71)
  if #fixed < 72 then return '' end
  local keyBytes, tagBytes = struct.unpack('<I4I4', fixed, 17)
  return redis.call('GETRANGE', key, 0, 71 + keyBytes + tagBytes)
end

local function remove(id)
  local e = row(id)
  if not e then
    redis.call('ZREM', O, id)
    return
  end
  redis.call('HDEL', I, id)
  redis.call('ZREM', O, id)
  redis.call('ZREM', X, id)
  for tag in string.gmatch(e.tags, '[^,]+') do
    if redis.call('SREM', tagKey(tag), id) == 1 and redis.call('HINCRBY', C, tag, -1) <= 0 then
      redis.call('HDEL', C, tag)
      tags = tags - 1
    end
  end
  entries = entries - 1
  bytes = bytes - e.weight
  -- Each look moves a bit of a table that is becoming smaller: the old one goes before its entries' share of it does.
  for _ = 1, 4 do
    redis.call('HEXISTS', I, '')
    redis.call('ZSCORE', O, '')
  end
end

local function rank(uses)
  tick = tick + 1
  if POLICY == 'lru' then return tick end
  return (age + uses) * AGE_UNIT + tick % AGE_UNIT
end

local function room(most, count, wholeBytes)
  local gone = {}
  while bytes > most and #gone < count do
    local victim = redis.call('ZRANGE', O, 0, 0, 'WITHSCORES')
    local id = victim[1]
    if not id then break end
    if POLICY ~= 'lru' then age = math.max(age, math.floor(tonumber(victim[2]) / AGE_UNIT)) end
    remove(id)
    local key = valueKey(id)
    local length = redis.call('STRLEN', key)
    if length <= wholeBytes then
      wholeBytes = wholeBytes - length
      gone[#gone + 1] = redis.call('GET', key) or ''
    else
      gone[#gone + 1] = head(key)
    end
    redis.call('UNLINK', key)
  end
  return gone
end

local function purge(now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', X, '-inf', now, 'LIMIT', 0, 50)) do
    remove(id)
    redis.call('UNLINK', valueKey(id))
    expired = expired + 1
  end
end

local function drain(limit, mark)
  local mine = 0
  while limit > 0 do
    local item = redis.call('LINDEX', D, 0)
    if not item then break end
    local g, tag, upTo, nonce, message = string.match(item, '^(%w+);(%w*);(%d*);(%w*);(.*)$')
    local ids
    if tag == '' then
      local o, i, old = P .. g .. ':o', P .. g .. ':i', P .. g
      ids = redis.call('ZRANGE', o, 0, limit - 1)
      for _, id in ipairs(ids) do
        local found = redis.call('HGET', i, id)
        if found then
          local e = parse(found)
          bytes = bytes - e.weight
          for each in string.gmatch(e.tags, '[^,]+') do redis.call('UNLINK', old .. ':t:' .. each) end
          redis.call('HDEL', i, id)
        end
        redis.call('ZREM', o, id)
        redis.call('UNLINK', old .. ':v:' .. id)
      end
      if #ids == 0 then
        local isLost = redis.call('HLEN', i) > 0
        redis.call('UNLINK', o, i, old .. ':x', old .. ':c')
        redis.call('LPOP', D)
        if isLost then reset() end
      end
    elseif g ~= gen then
      redis.call('UNLINK', P .. g .. ':t:' .. tag .. ':' .. nonce)
      redis.call('LPOP', D)
      ids = {}
    else
      ids = redis.call('SPOP', P .. g .. ':t:' .. tag .. ':' .. nonce, limit)
      for _, id in ipairs(ids) do
        local e = row(id)
        if e and e.at <= tonumber(upTo) then
          remove(id)
          if redis.call('UNLINK', valueKey(id)) == 1 and nonce == mark then mine = mine + 1 end
        end
      end
      if #ids == 0 then
        redis.call('LPOP', D)
        -- Once more: until now others could read what is gone only now.
        tell(message)
      end
    end
    limit = limit - #ids - 1
  end
  return mine
end

local function weigh(key, length, tagCount, expires)
  local usage = redis.pcall('MEMORY', 'USAGE', key)
  if type(usage) ~= 'number' then usage = math.floor(length * 1.25) + #key + 128 end
  return usage + ${ROW_BYTES} + tagCount * ${TAG_BYTES} + (expires == '' and 0 or ${EXPIRY_BYTES})
end
`;

/** The one script that changes anything: its first arguments are a name for a new generation, policy, cap,
 * how many messages are kept, and the operation. */
export const REDIS_SCRIPT = `${PRELUDE}\n${SCRIPT_OPERATIONS}`;

/** The name by which Redis knows it. */
export const REDIS_SCRIPT_SHA = createHash('sha1').update(REDIS_SCRIPT).digest('hex');

/** What the bookkeeping takes besides the entries and the messages, about, and some to spare. */
export const BASE_BYTES = 8 * 1024;
/** What a message that is kept takes at most. */
export const TOLD_BYTES = MESSAGE_BYTES + 28;
