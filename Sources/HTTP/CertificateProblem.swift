/// Why a certificate is not to be trusted.
package enum CertificateProblem: Sendable, Equatable {
  /// Nobody who is trusted here has issued it.
  case unknownAuthority
  /// It is its own authority, and not trusted here.
  case selfSigned
  case expired
  case notYetValid
  /// It is for other hosts than this one.
  case otherHost(String)
}

extension CertificateProblem {
  /// Takes OpenSSL's result of the verification; nil for what is told in its own words.
  package init?(verifyResult: Int) {
    switch verifyResult {
    // X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT and its kin; 19 is a root that the server sent itself.
    case 2, 19, 20, 21: self = .unknownAuthority
    case 18: self = .selfSigned
    case 10: self = .expired
    case 9: self = .notYetValid
    default: return nil
    }
  }

  /// What to do about it.
  var advice: String {
    switch self {
    case .unknownAuthority: "put the authority's certificate into the file that ca_file names"
    case .selfSigned: "put that certificate into the file that ca_file names"
    case .expired: "renew it there, or set this machine's clock"
    case .notYetValid: "set this machine's clock, or renew it there"
    case .otherHost: "use a name that it is for, or renew it there"
    }
  }
}

extension CertificateProblem: CustomStringConvertible {
  /// What is wrong, to be read after "the certificate".
  package var description: String {
    switch self {
    case .unknownAuthority: "is of an authority that is not trusted here"
    case .selfSigned: "is self-signed and not trusted here"
    case .expired: "has expired"
    case .notYetValid: "is not valid yet"
    case .otherHost(let host): "is for another host than \"\(host)\""
    }
  }
}
