/// An event of a project; with `push`, one that a push has caused.
package struct PushEvent: Sendable, Equatable {
  package var id: Int64
  /// When the worker has recorded the push, in milliseconds since 1970.
  package var createdAt: Int64?
  /// Who has pushed.
  package var authorUsername: String?
  /// Nil for an event of another kind.
  package var push: Push?

  /// What a push did to one branch or tag, or, as a bulk, to many.
  package struct Push: Sendable, Equatable {
    package var action: Action
    package var refType: RefType
    /// The short name, as in `main`; nil for a bulk.
    package var ref: String?
    /// The head before; nil for a new branch.
    package var from: String?
    /// The head after; nil for a deleted branch.
    package var to: String?
    /// How many commits are new, also beyond those that a webhook lists.
    package var commitCount: Int64 = 0
    /// The title of the head commit, cut to 70 characters.
    package var commitTitle: String?

    /// What happened to the ref.
    package enum Action: Hashable, Sendable {
      case created
      case pushed
      case removed
      /// A kind that this program does not know.
      case other(String)
    }

    /// What was pushed to.
    package enum RefType: Hashable, Sendable {
      case branch
      case tag
      /// A kind that this program does not know.
      case other(String)
    }
  }
}

extension PushEvent: Decodable {
  private enum CodingKeys: String, CodingKey {
    case id
    case createdAt = "created_at"
    case author
    case authorUsername = "author_username"
    case push = "push_data"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.requiredIdentifier(.id)
    createdAt = values.time(.createdAt)
    // A page of 20 rows with one piece of news is decoded in half the time.
    if let known = decoder.userInfo[.knownEvents] as? Int64, id <= known { return }
    // Both come from the same user; the nested one is what other resources show of a user too.
    authorUsername = values.optional(User.self, .author)?.username ?? values.text(.authorUsername)
    push = values.optional(Push.self, .push)
  }
}

extension CodingUserInfoKey {
  /// The id up to which of an event's row only its id and time are decoded.
  static let knownEvents: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "knownEvents") else {
      preconditionFailure("every text is a key")
    }
    return key
  }()
}

extension PushEvent.Push: Decodable {
  private enum CodingKeys: String, CodingKey {
    case action
    case refType = "ref_type"
    case ref
    case from = "commit_from"
    case to = "commit_to"
    case commitCount = "commit_count"
    case commitTitle = "commit_title"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    switch values.text(.action) ?? "" {
    case "created": action = .created
    case "pushed": action = .pushed
    case "removed": action = .removed
    case let other: action = .other(other)
    }
    switch values.text(.refType) ?? "" {
    case "branch": refType = .branch
    case "tag": refType = .tag
    case let other: refType = .other(other)
    }
    ref = values.text(.ref)
    from = values.commitHash(.from)
    to = values.commitHash(.to)
    commitCount = max(values.optional(Int64.self, .commitCount) ?? 0, 0)
    commitTitle = values.text(.commitTitle)
  }
}
