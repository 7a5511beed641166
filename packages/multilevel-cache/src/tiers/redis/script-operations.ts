/** The operations of the script, which follow its prelude. Each takes its arguments from the sixth on. */
export const SCRIPT_OPERATIONS = `
local op = ARGV[5]

-- The head of an entry, without a use.
if op == 'head' then
  local g = redis.call('GET', G)
  if not g then return '' end
  return head(P .. g .. ':v:' .. ARGV[6])
end

-- id, frame, message, now, expires, tags, bytes of entries to be handed over, and what was heard: only if nobody changed
-- it since; '-': in any case. Begins with a write that Redis refuses
-- when its memory is full, while nothing has changed yet; what was there is gone then too.
if op == 'set' then
  local id, frame, message, now, expires, names = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
  local probe = redis.pcall('HINCRBY', M, 'tick', 1)
  if type(probe) == 'table' and probe.err then
    local g = redis.call('GET', G)
    if g and redis.call('UNLINK', P .. g .. ':v:' .. id) == 1 then
      begin()
      remove(id)
      tell(message)
      save()
    end
    return probe
  end
  begin()
  drain(20, '')
  purge(now)
  local key = valueKey(id)
  if ARGV[13] ~= '-' and isOutdated(ARGV[13], tonumber(ARGV[14]), message, names) then
    save()
    return answer('outdated')
  end
  local isNew = redis.call('GETRANGE', key, 0, 71) ~= string.sub(frame, 1, 72)
  remove(id)
  if isNew then tell(message) end
  if sweep == 1 then
    redis.call('UNLINK', key)
    save()
    return answer('sweep')
  end
  redis.call('SET', key, frame)
  if expires ~= '' then redis.call('PEXPIREAT', key, expires) end
  local _, tagCount = string.gsub(names, '[^,]+', '')
  local weight = weigh(key, #frame, tagCount, expires)
  if weight > MAX then
    redis.call('UNLINK', key)
    save()
    return answer('tooLarge')
  end
  local gone = room(MAX - weight, 500, tonumber(ARGV[12]))
  if bytes > MAX - weight then
    redis.call('UNLINK', key)
    save()
    return answer('more', {weight, gone})
  end
  if redis.call('EXISTS', key) == 0 then
    save()
    return answer('rejected', {weight, gone})
  end
  redis.call('ZADD', O, rank(1), id)
  keep(id, {weight = weight, uses = 1, at = tick, tags = names})
  if expires ~= '' then redis.call('ZADD', X, expires, id) end
  for tag in string.gmatch(names, '[^,]+') do
    if redis.call('SADD', tagKey(tag), id) == 1 and redis.call('HINCRBY', C, tag, 1) == 1 then tags = tags + 1 end
  end
  entries = entries + 1
  bytes = bytes + weight
  save()
  return answer('stored', {weight, gone})
end

-- id, message or nothing. The value goes first: that Redis allows when its memory is full.
if op == 'delete' then
  local g = redis.call('GET', G)
  local existed = g and redis.call('UNLINK', P .. g .. ':v:' .. ARGV[6]) or 0
  begin()
  remove(ARGV[6])
  if ARGV[7] ~= '' then tell(ARGV[7]) end
  save()
  return answer('done', {existed})
end

begin()

-- ids that were used
if op == 'touch' then
  for at = 6, #ARGV do
    local id = ARGV[at]
    local e = row(id)
    if e then
      if e.uses < 15 then
        e.uses = e.uses + 1
        keep(id, e)
      end
      redis.call('ZADD', O, rank(e.uses), id)
    end
  end

-- bytes that are needed, bytes of entries to be handed over, now
elseif op == 'room' then
  redis.call('LTRIM', H, -TOLD, -1)
  drain(200, '')
  purge(ARGV[8])
  local gone = room(MAX - tonumber(ARGV[6]), 500, tonumber(ARGV[7]))
  save()
  return answer(bytes > MAX - tonumber(ARGV[6]) and 'more' or 'done', {0, gone})

-- tag, mark, message: gives the set another name, under which it is emptied by and by
elseif op == 'deleteTag' then
  local tag, mark = ARGV[6], ARGV[7]
  tell(ARGV[8])
  local count = tonumber(redis.call('HGET', C, tag) or '0')
  if redis.call('SCARD', tagKey(tag)) ~= count then
    local all = entries
    reset()
    return answer('done', {all})
  end
  if count > 0 then
    redis.call('RENAME', tagKey(tag), tagKey(tag) .. ':' .. mark)
    redis.call('HDEL', C, tag)
    tags = tags - 1
    local message = #ARGV[8] <= 512 and ARGV[8] or string.sub(ARGV[8], 1, 8) .. 'a'
    redis.call('RPUSH', D, string.format('%s;%s;%.0f;%s;', gen, tag, tick, mark) .. message)
    local mine = drain(500, mark)
    save()
    return answer('done', {mine})
  end

-- how many, the mark of the tag whose entries are to be counted
elseif op == 'drain' then
  local mine = drain(tonumber(ARGV[6]), ARGV[7])
  save()
  return answer('done', {mine})

-- message
elseif op == 'clear' then
  tell(ARGV[6])
  local old = gen
  if entries > 0 then redis.call('RPUSH', D, old .. ';;;;') end
  redis.call('SET', G, FRESH)
  name(FRESH)
  entries, tags, age = 0, 0, 0

-- keys of leftovers
elseif op == 'drop' then
  local own = P .. gen .. ':'
  local dead = {}
  for _, item in ipairs(redis.call('LRANGE', D, 0, -1)) do dead[string.match(item, '^(%w+);')] = true end
  for at = 6, #ARGV do
    local key = ARGV[at]
    local g = string.match(string.sub(key, #P + 1), '^(%w+):')
    if g and string.sub(key, 1, #own) ~= own and not dead[g] then redis.call('UNLINK', key) end
  end

-- the generation for which all leftovers were dropped
elseif op == 'swept' then
  if gen == ARGV[6] then sweep = 0 end

-- epoch, how many messages are known already: the others, unless some are missing
elseif op == 'since' then
  local missing = told - tonumber(ARGV[7])
  local isKnown = ARGV[6] == epoch and missing >= 0 and missing <= redis.call('LLEN', H)
  local messages = isKnown and missing > 0 and redis.call('LRANGE', H, -missing, -1) or {}
  return {epoch, told, isKnown and 1 or 0, messages}

-- cursor
elseif op == 'list' then
  local page = redis.call('HSCAN', I, ARGV[6], 'COUNT', 200)
  local heads = {}
  for at = 1, #page[2], 2 do heads[#heads + 1] = head(valueKey(page[2][at])) end
  return {gen, page[1], heads}
end

save()
return answer('done')
`;
