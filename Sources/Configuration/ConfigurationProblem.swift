import TOML

/// What makes a configuration unusable, without its place.
enum ConfigurationProblem: Error, Equatable {
  case syntax(TOMLError.Kind)
  case fileTooLarge(byteLimit: Int)
  case unknownTable(String, suggestion: String?)
  case unknownKey(String, place: String, known: [String], suggestion: String?, home: String?)
  case keyOutsideTables(String, home: String?, suggestion: String?)
  case missingTable(header: String, needs: [String])
  case missingKey(String, place: String, example: String)
  case wrongTable(header: String, found: String)
  case wrongType(String, expected: String, found: String)
  case emptyText(String)
  case emptyList(String, hint: String)
  case severalLines(String)
  case controlCharacter(String)
  case tooLong(String, characterLimit: Int)
  case notOneOf(String, value: String, choices: [String], suggestion: String?)
  case outOfRange(String, value: String, least: Int, most: Int?)
  case malformedDuration(String, value: String)
  case longDuration(String)
  case zeroDuration(String)
  case address(String, WebAddress.Problem)
  case addressPath(String, surplus: String)
  case pattern(String, key: String, PatternText.Problem)
  case secretForm(String)
  case secretFile(String, path: String, ConfigurationSource.FileProblem)
  case variableUnset(String, variable: String)
  case credentialsUnset(String)
  case credentialName(String)
  case emptySecret(String, SecretOrigin)
  case malformedSecret(String, SecretOrigin)
  case webhook(SecretOrigin, WebhookAddress.Problem)
  case repeatedName(String, firstLine: Int)
  case repeatedBotKey(name: String, firstLine: Int)
  case unknownBot(String, suggestion: String?)
  case certificateFile(path: String, ConfigurationSource.FileProblem)
  case noCertificate(path: String)
}

/// Where a secret came from.
enum SecretOrigin: Equatable {
  case literal
  case file(String)
  case variable(String)
  case credential(String)
}

extension SecretOrigin: CustomStringConvertible {
  /// With a blank before it, to stand behind the name of a key; empty for the file itself.
  var description: String {
    switch self {
    case .literal: ""
    case .file(let path): " from file \(SourceExcerpt.quoted(path))"
    case .variable(let name): " from environment variable \(SourceExcerpt.quoted(name))"
    case .credential(let name): " from credential \(SourceExcerpt.quoted(name))"
    }
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  var description: String {
    switch self {
    case .syntax(let kind):
      SecretMask.masked(text: kind.description)
    case .fileTooLarge(let limit):
      "the configuration is larger than \(limit) bytes"
    case .unknownTable(let name, let suggestion):
      "unknown table \(quoted(name))"
        + (suggestion.map { "; did you mean \"\($0)\"?" }
          ?? "; the tables are " + KnownKeys.tables.map(\.name).joined(separator: ", "))
    case .unknownKey(let key, let place, let known, let suggestion, let home):
      "unknown key \(quoted(key)) in \(place)"
        + (suggestion.map { "; did you mean \"\($0)\"?" }
          ?? home.map { "; it belongs under \($0)" }
          ?? "; its keys are " + known.joined(separator: ", "))
    case .keyOutsideTables(let key, let home, let suggestion):
      "key \(quoted(key)) stands outside of all tables"
        + (suggestion.map { "; did you mean \"\($0)\"" } ?? "")
        + (home.map { (suggestion == nil ? "; it belongs under " : " under ") + $0 } ?? "")
        + (suggestion == nil ? "" : "?")
    case .missingTable(let header, let needs):
      "there is no \(header); it is needed, with " + listed(needs, "and")
    case .missingKey(let key, let place, let example):
      "\(place) lacks \"\(key)\"; write \(example)"
    case .wrongTable(let header, let found):
      "\(header) is needed here, not \(found)"
    case .wrongType(let key, let expected, let found):
      "\"\(key)\" must be \(expected), not \(found)"
    case .emptyText(let key):
      "\"\(key)\" is empty"
    case .emptyList(let key, let hint):
      "\"\(key)\" is empty; \(hint)"
    case .severalLines(let key):
      "\"\(key)\" must be a single line"
    case .controlCharacter(let key):
      "\"\(key)\" holds a control character"
    case .tooLong(let key, let limit):
      "\"\(key)\" is longer than \(limit) characters"
    case .notOneOf(let key, let value, let choices, let suggestion):
      "unknown value \(quoted(value)) in \"\(key)\""
        + (suggestion.map { "; did you mean \"\($0)\"?" }
          ?? "; it can be " + listed(choices, "or"))
    case .outOfRange(let key, let value, let least, let most):
      "\"\(key)\" cannot be \(value); "
        + (most.map { "it is from \(least) to \($0)" } ?? "it is at least \(least)")
    case .malformedDuration(let key, let value):
      "\"\(key)\" cannot be \(quoted(value)); "
        + "a duration is a whole number with ms, s, m, h or d, like \"30s\""
    case .longDuration(let key):
      "\"\(key)\" is longer than \(DurationText.dayLimit) days"
    case .zeroDuration(let key):
      "\"\(key)\" must be longer than 0"
    case .address(let key, let problem):
      "\"\(key)\" " + problem.description
    case .addressPath(let key, let surplus):
      "\"\(key)\" must end before \"\(surplus)\"; that part is added to it"
    case .pattern(let text, let key, let problem):
      "\(quoted(text)) in \"\(key)\" " + problem.description
    case .secretForm(let key):
      "\"\(key)\" must be a string or one of "
        + "{ file = \"…\" }, { env = \"…\" } and { credential = \"…\" }"
    case .secretFile(let key, let path, let problem):
      "\"\(key)\" cannot be read from file \(SourceExcerpt.quoted(path)): \(problem)"
    case .variableUnset(let key, let variable):
      "\"\(key)\" cannot be read: environment variable \(quoted(variable)) is not set"
    case .credentialsUnset(let key):
      "\"\(key)\" cannot be read: $CREDENTIALS_DIRECTORY is not set; "
        + "a credential needs a systemd unit with LoadCredential="
    case .credentialName(let name):
      "\(quoted(name)) is no name of a credential; it is a name without \"/\""
    case .emptySecret(let key, let origin):
      "\"\(key)\"\(origin) is empty"
    case .malformedSecret(let key, let origin):
      "\"\(key)\"\(origin) holds a blank, a line break or a character outside of ASCII; "
        + "it must be the token alone"
    case .webhook(let origin, let problem):
      "\"key\"\(origin) " + problem.description
    case .repeatedName(let name, let line):
      "bot \(quoted(name)) is already there, in line \(line)"
    case .repeatedBotKey(let name, let line):
      "this is the key of bot \(quoted(name)) in line \(line) too; one bot can have several routes"
    case .unknownBot(let name, let suggestion):
      "there is no bot \(quoted(name))"
        + (suggestion.map { "; did you mean \(quoted($0))?" } ?? " in [[bots]]")
    case .certificateFile(let path, let problem):
      "\"ca_file\" cannot be read: \(SourceExcerpt.quoted(path)): \(problem)"
    case .noCertificate(let path):
      "\"ca_file\" \(SourceExcerpt.quoted(path)) holds no PEM certificate"
    }
  }
}

extension ConfigurationSource.FileProblem: CustomStringConvertible {
  /// The reason in words: "there is no such file".
  package var description: String {
    switch self {
    case .missing: "there is no such file"
    case .denied: "permission denied"
    case .isFolder: "it is a folder"
    case .tooLarge: "it is too large"
    case .failed(let reason): reason
    }
  }
}

extension WebAddress.Problem: CustomStringConvertible {
  var description: String {
    switch self {
    case .scheme(let allowed): "must begin with " + listed(allowed.map { $0 + "://" }, "or")
    case .blank: "holds a blank or a control character"
    case .notASCII: "holds a character outside of ASCII; write a host name in its xn-- form"
    case .userInfo: "must not hold a user name or password"
    case .query: "must end before \"?\""
    case .fragment: "must end before \"#\""
    case .host: "has no valid host name"
    case .port: "has no valid port; it is from 1 to 65535"
    case .path: "has no valid path"
    }
  }
}

extension WebhookAddress.Problem: CustomStringConvertible {
  var description: String {
    switch self {
    case .neither:
      "is neither a key nor a webhook address; "
        + "a key is made of A-Z, a-z, 0-9, _ and -"
    case .address(let problem): problem.description
    case .notAWebhook: "is no webhook address; its path must end with \"\(WebhookAddress.path)\""
    case .keyCount(let count): "must hold \"key=\" once, not \(count) times"
    case .malformedKey: "is an address without a valid key; it is made of A-Z, a-z, 0-9, _ and -"
    }
  }
}

extension PatternText.Problem: CustomStringConvertible {
  var description: String {
    switch self {
    case .empty: "is empty"
    case .address: "is an address; write the project's path alone, like \"docs/manual\""
    case .slashAtEdge: "must not begin or end with \"/\""
    case .emptySegment: "must not hold \"//\""
    case .character(let scalar, let isBranch):
      "holds \(SourceExcerpt.quoted(String(Character(scalar)))), which "
        + (isBranch ? "no branch name" : "no project path")
        + " can hold; patterns know * and ** only"
    case .doubleStar: "is no pattern: ** must stand alone between slashes"
    case .quotedID: "is no path; an id is written without quotes"
    case .exclamationMark: "cannot take away; write it under \"exclude\" without \"!\""
    case .noGroup: "matches nothing: every project is in a group; ** selects all of them"
    case .noFullPath: "is no full path; all projects of a group are \"group/**\""
    case .references: "is no branch name; leave out \"refs/heads/\""
    case .dotSegment: "must not hold \".\" or \"..\" as a segment"
    }
  }
}

/// Text of the file in quotes, with nothing in it that steers a terminal or looks like a secret.
func quoted(_ text: String) -> String {
  SourceExcerpt.quoted(SecretMask.masked(text: text))
}

/// Returns words in quotes with commas and a conjunction between them.
private func listed(_ words: [String], _ conjunction: String) -> String {
  let words = words.map { "\"\($0)\"" }
  guard words.count > 1, let last = words.last else { return words.joined() }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
