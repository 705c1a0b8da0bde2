/// What a request shows to be let in.
struct Credentials {
  /// The token as it came, or empty.
  let token: String
  /// The token's user.
  let user: Int?

  var isMissing: Bool { token.isEmpty }

  init(token: String, user: Int?) {
    self.token = token
    self.user = user
  }

  init(_ request: SandboxRequest, in world: World) {
    var token = request.header("PRIVATE-TOKEN") ?? ""
    if token.isEmpty, let value = request.header("Authorization"),
      value.lowercased().hasPrefix("bearer ")
    {
      token = String(value.dropFirst(7))
    }
    self.token = token
    user = world.tokens[token]?.userID
  }
}

extension World {
  /// Returns the answer to a request that is not let in, or nil.
  func refusal(
    _ credentials: Credentials,
    endpoint: Endpoint,
    isPublic: Bool
  ) -> SandboxReply? {
    if credentials.isMissing {
      return isPublic || endpoint == .unknown ? nil : .message(401, "401 Unauthorized")
    }
    guard let token = tokens[credentials.token] else { return .message(401, "401 Unauthorized") }
    if token.isRevoked {
      return invalidToken("Token was revoked. You have to re-authorize from the user.")
    }
    if let end = token.expiresAt.flatMap({ Stamp.parse($0) }), now >= end {
      return invalidToken(
        "Token is expired. You can either do re-authorization or token refresh."
      )
    }
    if users[token.userID]?.isBlocked ?? false {
      return .message(403, "403 Forbidden - Your account has been blocked.")
    }
    let accepted =
      endpoint == .user || endpoint == .users
      ? ["api", "read_api", "read_user"] : ["api", "read_api"]
    if endpoint == .token || !Set(accepted).isDisjoint(with: token.scopes) { return nil }
    var json = JSONWriter()
    json.object { json in
      json.member("error", "insufficient_scope")
      json.member(
        "error_description",
        "The request requires higher privileges than provided by the access token."
      )
      json.member("scope", accepted.joined(separator: " "))
    }
    return .json(403, json.bytes)
  }

  private func invalidToken(_ description: String) -> SandboxReply {
    var json = JSONWriter()
    json.object { json in
      json.member("error", "invalid_token")
      json.member("error_description", description)
    }
    return .json(401, json.bytes)
  }
}
