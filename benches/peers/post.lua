-- One form-encoded POST, always the same: the body is the first word after "--".
function init(words)
  wrk.method = "POST"
  wrk.body = words[1]
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end
