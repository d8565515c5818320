-- What a busy test suite does to a server: nine readings of the metadata, then a token. Words after "--": metadata path,
-- token path, token body.
local every, count, reading, minting = 10, 0, nil, nil

function init(words)
  local form = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Host"] = wrk.headers["Host"] }
  reading = wrk.format("GET", words[1])
  minting = wrk.format("POST", words[2], form, words[3])
end

function request()
  count = count + 1
  return count % every == 0 and minting or reading
end
