import CCurl
import Glibc

/// What is known about a transfer that did not end well.
///
/// Pure data, so that the whole table of outcomes can be read and tested in one place.
struct TransferFailure {
  /// Why our own callbacks stopped the transfer.
  enum Stop {
    case bodyTooLarge(limit: Int)
    case tooManyHeaders
  }

  var code: CURLcode
  var stop: Stop?
  /// Whether libcurl got as far as sending: its pre-transfer time is not 0.
  ///
  /// Measured to be exact: 0 for everything that ends before the request leaves, a proxy's refusal
  /// included, more than 0 for whatever the far side may have seen.
  var wasSent: Bool
  /// The status of the proxy's answer to `CONNECT`, or 0.
  var connectStatus: Int
  /// What OpenSSL made of the far side's certificate; 0 for nothing wrong.
  var verifyResult = 0
  /// The `errno` of the last failed system call, or 0.
  var systemError: Int32
  /// libcurl's own words; only used where they cannot quote the address.
  var text: String
  var host: String
  var proxyHost: String?
  var caFile: String?
  /// Why the CA file cannot be read, or nil when it can.
  var caFileReason: String?

  /// The failure in the client's own terms.
  var error: HTTPError {
    switch stop {
    case .bodyTooLarge(let limit):
      return .bodyTooLarge(limit: limit)
    case .tooManyHeaders:
      return .malformedAnswer(reason: "more than \(HeaderBlock.byteLimit >> 10) KiB of headers")
    case nil:
      break
    }
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL where wasSent:
      return .malformedAnswer(reason: "it does not begin with an HTTP status line")
    case CURLE_UNSUPPORTED_PROTOCOL:
      return .unusable("the address is neither http nor https")
    case CURLE_URL_MALFORMAT:
      return .unusable("the address is not a valid URL")
    case CURLE_LOGIN_DENIED:
      return .unusable("the address holds a user name or password")
    case CURLE_COULDNT_RESOLVE_HOST:
      return .cannotResolve(host: host)
    case CURLE_COULDNT_RESOLVE_PROXY:
      return .cannotResolveProxy(host: proxyHost ?? "")
    case CURLE_COULDNT_CONNECT where Self.isShortage(systemError):
      return .failed(reason: Self.words(for: systemError) ?? "", wasSent: false)
    case CURLE_COULDNT_CONNECT:
      return unconnected(Self.words(for: systemError) ?? "no connection to the server")
    case CURLE_PROXY:
      return .proxyRefused(reason: "the SOCKS handshake failed")
    case CURLE_OPERATION_TIMEDOUT:
      return .timedOut(wasSent: wasSent)
    case CURLE_SSL_CACERT_BADFILE:
      return .unusableCAFile(
        path: caFile ?? "",
        reason: caFileReason ?? "it holds no usable certificate"
      )
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED,
      CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
      return tlsFailure
    case CURLE_GOT_NOTHING:
      return lost("it was closed without an answer")
    case CURLE_PARTIAL_FILE:
      return lost("the answer was cut short")
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      return lost(Self.words(for: systemError) ?? "it broke while in use")
    case CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return lost("the HTTP/2 stream was ended")
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
      return .malformedAnswer(reason: "its content encoding is broken")
    case CURLE_WEIRD_SERVER_REPLY:
      return .malformedAnswer(reason: "its status line or a header is broken")
    case CURLE_OUT_OF_MEMORY where wasSent:
      // libcurl's word for a header line beyond its own limit of 100 KiB; real want of memory
      // ends the process long before.
      return .malformedAnswer(reason: "a header line is too long")
    default:
      let reason = unsafe String(cString: curl_easy_strerror(code))
      return .failed(reason: Self.lowerCaseStart(reason), wasSent: wasSent)
    }
  }

  private func unconnected(_ reason: String) -> HTTPError {
    proxyHost == nil ? .cannotConnect(reason: reason) : .proxyRefused(reason: reason)
  }

  private func lost(_ reason: String) -> HTTPError {
    guard !wasSent else {
      return .connectionLost(reason: reason, wasSent: true)
    }
    guard connectStatus == 0 || connectStatus / 100 == 2 else {
      return .proxyRefused(
        reason: connectStatus == 407
          ? Self.proxyLogin : "it answered CONNECT with status \(connectStatus)"
      )
    }
    return unconnected(reason)
  }

  /// Why a proxy lets nothing through that answers 407.
  static let proxyLogin = "it wants a user name and a password (407)"

  private var tlsFailure: HTTPError {
    if code == CURLE_PEER_FAILED_VERIFICATION {
      if let problem = CertificateProblem(verifyResult: verifyResult) {
        return .certificateRefused(problem)
      }
      if text.contains("target host name") {
        return .certificateRefused(.otherHost(host))
      }
    }
    return .tlsFailed(reason: tlsReason)
  }

  /// What libcurl and OpenSSL say, in as few words as tell it; names at most the host.
  private var tlsReason: String {
    var reason = text
    for prefix in ["SSL certificate problem: ", "SSL: "] where reason.hasPrefix(prefix) {
      reason.removeFirst(prefix.count)
    }
    if reason.contains(" in connection to ") {
      return "the other side broke the handshake off"
    }
    // "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number": the end says it all.
    if let mark = reason.ranges(of: "::").last {
      reason = String(reason[mark.upperBound...])
    }
    if reason == "wrong version number" {
      return "the other side does not speak TLS"
    }
    reason.unicodeScalars.removeAll { $0.value < 0x20 || $0.value == 0x7f }
    if reason.isEmpty {
      reason = unsafe String(cString: curl_easy_strerror(code))
    }
    return Self.lowerCaseStart(String(reason.prefix(200)))
  }

  /// Whether the machine, not the network, is what failed.
  private static func isShortage(_ error: Int32) -> Bool {
    [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error)
  }

  /// The machine's words for an `errno`, or nil for 0.
  static func words(for error: Int32) -> String? {
    guard error != 0, let text = unsafe strerror(error) else {
      return nil
    }
    return lowerCaseStart(unsafe String(cString: text))
  }

  /// Lowers the first letter, unless the first word is an abbreviation.
  private static func lowerCaseStart(_ text: String) -> String {
    guard let first = text.first, let second = text.dropFirst().first, second.isLowercase else {
      return text
    }
    return first.lowercased() + text.dropFirst()
  }
}
