/// Why a text cannot be a `BaseURL`.
package enum BaseURLError: Error, Equatable, Sendable {
  /// It is no URL with a scheme and a host.
  case notAnAddress
  /// Its scheme is neither `http` nor `https`.
  case otherScheme
  /// Its host's name has other letters than ASCII ones.
  case hostNotASCII
  /// It holds a user name or a password.
  case holdsUser
  /// It holds a query or a fragment.
  case holdsQuery
}

extension BaseURLError: CustomStringConvertible {
  /// What is wrong and what to write instead; never the text itself, which may hold a secret.
  package var description: String {
    switch self {
    case .notAnAddress:
      "not an address: write it as \"https://host\" or \"https://host:port/root\""
    case .otherScheme:
      "not an address of a web server: it has to begin with \"https://\" or \"http://\""
    case .hostNotASCII:
      "an address with a host beyond ASCII: write the name's \"xn--\" form"
    case .holdsUser:
      "an address with a user name or password: leave that out and use a token"
    case .holdsQuery:
      "an address with a query: leave out \"?\" or \"#\" and what follows"
    }
  }
}
