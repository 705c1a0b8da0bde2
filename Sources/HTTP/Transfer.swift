import CCurl
import Glibc

/// One easy handle of the pool with all that one exchange needs, used again and again.
///
/// Belongs to the client's thread. Options that stay the same from request to request are set
/// once; a request over another kind of connection sets them anew.
final class Transfer {
  /// How the client treats every request; fixed at its creation.
  struct Options: Sendable {
    var userAgent: String
    /// Seconds that an answer may come in slower than `slowestBytesPerSecond`, once it has begun.
    var patienceSeconds: Int
    static let slowestBytesPerSecond = 100
    static let connectionLifetimeSeconds = 300
  }

  /// What makes two requests want the same options.
  private struct Kind: Equatable {
    var connection: HTTPRequest.Connection
    var method: HTTPRequest.Method
    var isTLS: Bool
  }

  private let handle: EasyHandle
  private let options: Options
  private let hasSystemBundle: Bool
  private let hasSystemFolder: Bool
  private var kind: Kind?
  private var headerList: HeaderList?
  private var headers: [HTTPHeader] = []

  private var headerBlock = HeaderBlock()
  private var body: [UInt8] = []
  private var byteLimit = 0
  private var hasAnswerBegun = false
  private var stop: TransferFailure.Stop?

  /// Whom the exchange under way belongs to; nil while the handle is free.
  private(set) var submission: Submission?

  /// Whether an exchange has failed; libcurl keeps the `errno` of it, which would explain the next
  /// failure wrongly, so such a handle is not used again.
  private(set) var isWorn = false

  /// Creates a transfer, or nil when there is no memory for its handle.
  init?(options: Options) {
    guard let handle = EasyHandle() else {
      return nil
    }
    self.hasSystemBundle = handle.text(CURLINFO_CAINFO) != nil
    self.hasSystemFolder = handle.text(CURLINFO_CAPATH) != nil
    self.handle = handle
    self.options = options
  }

  /// What libcurl's multi functions take for this transfer.
  @unsafe var pointer: UnsafeMutableRawPointer { unsafe handle.pointer }

  /// Returns the transfer that owns a handle which libcurl names.
  @unsafe static func owner(of handle: UnsafeMutableRawPointer) -> Transfer? {
    var context: UnsafeMutableRawPointer?
    guard unsafe ccurl_easy_get_pointer(handle, CURLINFO_PRIVATE, &context) == CURLE_OK else {
      return nil
    }
    return unsafe context.map { unsafe from($0) }
  }

  // MARK: One exchange

  /// Makes the handle ready for a request whose deadline is `left` away.
  ///
  /// On an error the transfer is still free.
  func begin(_ submission: Submission, timeLeft left: Duration) throws(HTTPError) {
    let request = submission.job.request
    try Self.check(request)
    try configure(for: request)

    headerBlock.removeAll()
    body.removeAll(keepingCapacity: true)
    byteLimit = request.byteLimit
    hasAnswerBegun = false
    stop = nil
    handle.clearErrorText()

    var isSet = handle.set(CURLOPT_URL, request.url)
    isSet = handle.set(CURLOPT_TIMEOUT_MS, left.positiveMilliseconds) && isSet
    isSet =
      handle.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.positiveMilliseconds) && isSet
    // Only what trickles in is cut off early: how long the far side may think before its first
    // byte is the timeout's business.
    isSet = handle.set(CURLOPT_LOW_SPEED_TIME, 0) && isSet
    if request.method == .post {
      isSet = handle.setBody(request.body) && isSet
    }
    guard isSet else {
      throw .failed(reason: "out of memory", wasSent: false)
    }
    self.submission = submission
  }

  /// Frees the transfer and returns what came of the exchange that libcurl has ended.
  func finish(_ code: CURLcode) -> (Submission, Result<HTTPResponse, HTTPError>)? {
    guard let submission else {
      return nil
    }
    self.submission = nil
    let code = code == CURLE_OK && headerBlock.isUnfinished ? CURLE_PARTIAL_FILE : code
    guard code == CURLE_OK, stop == nil else {
      isWorn = true
      return (submission, .failure(failure(code, of: submission.job.request).error))
    }
    if submission.job.request.method == .handshake {
      // Its connection cannot serve another request.
      isWorn = true
      return (submission, .success(HTTPResponse(status: 0, headers: handle.certificateLines)))
    }
    let status = handle.number(CURLINFO_RESPONSE_CODE)
    guard status != 407 else {
      return (submission, .failure(.proxyRefused(reason: TransferFailure.proxyLogin)))
    }
    let response = HTTPResponse(
      status: status,
      headers: headerBlock.headers,
      body: takeBody()
    )
    return (submission, .success(response))
  }

  /// Frees the transfer and returns whom it belonged to and whether the request may have left.
  ///
  /// To be asked before the handle is taken from libcurl.
  func abandon() -> (submission: Submission, wasSent: Bool)? {
    guard let submission else {
      return nil
    }
    self.submission = nil
    return (submission, isSent)
  }

  private var isSent: Bool { handle.offset(CURLINFO_PRETRANSFER_TIME_T) > 0 }

  /// The body, copied out of the reused buffer while that is small, else the buffer itself.
  private func takeBody() -> [UInt8] {
    guard body.count > Self.keptBufferSize else {
      return unsafe body.withUnsafeBufferPointer { unsafe Array($0) }
    }
    defer { body = [] }
    return body
  }

  private static let keptBufferSize = 64 << 10

  private func failure(_ code: CURLcode, of request: HTTPRequest) -> TransferFailure {
    let caFile = request.connection.caFile
    return TransferFailure(
      code: code,
      stop: stop,
      wasSent: isSent,
      connectStatus: handle.number(CURLINFO_HTTP_CONNECTCODE),
      verifyResult: handle.number(CURLINFO_SSL_VERIFYRESULT),
      systemError: Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO)),
      text: handle.lastErrorText,
      host: Address(request.url)?.host ?? "",
      proxyHost: request.connection.proxy.map { Address($0, guessingScheme: true)?.host ?? "" },
      caFile: caFile,
      caFileReason: code == CURLE_SSL_CACERT_BADFILE ? caFile.flatMap(Self.unreadable) : nil
    )
  }

  /// Returns why a file cannot be read, or nil when it can.
  private static func unreadable(_ path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      return TransferFailure.words(for: errno)
    }
    var byte: UInt8 = 0
    defer { close(file) }
    return unsafe read(file, &byte, 1) < 0 ? TransferFailure.words(for: errno) : nil
  }

  // MARK: Options

  private static func check(_ request: HTTPRequest) throws(HTTPError) {
    guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw .unusable("the address holds a character that has to be percent-encoded")
    }
    if let proxy = request.connection.proxy, !proxy.utf8.allSatisfy({ !$0.isControl }) {
      throw .unusable("the proxy's address holds a control character")
    }
    if let path = request.connection.caFile, path.utf8.contains(0) {
      throw .unusable("the CA file's name holds a zero byte")
    }
  }

  /// Sets what differs from the request before.
  private func configure(for request: HTTPRequest) throws(HTTPError) {
    let kind = Kind(
      connection: request.connection,
      method: request.method,
      isTLS: request.url.utf8.prefix(6).elementsEqual("https:".utf8) {
        $0.lowercasedASCII == $1
      }
    )
    if kind != self.kind {
      self.kind = nil
      handle.reset()
      guard setCommonOptions(), setOptions(for: kind) else {
        throw .failed(reason: "libcurl lacks an option or memory", wasSent: false)
      }
      try setHeaders(request.headers, method: request.method)
      self.kind = kind
    } else if headers != request.headers {
      self.kind = nil
      try setHeaders(request.headers, method: request.method)
      self.kind = kind
    }
  }

  private func setCommonOptions() -> Bool {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe handle.set(CURLOPT_NOSIGNAL, 1)
      // A resolver that hangs would otherwise outlast every timeout.
      && handle.set(CURLOPT_QUICK_EXIT, 1)
      && handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
      && handle.set(CURLOPT_FOLLOWLOCATION, 0)
      && handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
      && handle.set(CURLOPT_NETRC, 0)
      && handle.set(CURLOPT_NOPROXY, "")
      && handle.set(CURLOPT_HEADEROPT, 1)
      && handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
      && handle.set(CURLOPT_LOW_SPEED_LIMIT, Options.slowestBytesPerSecond)
      && handle.set(CURLOPT_MAXLIFETIME_CONN, Options.connectionLifetimeSeconds)
      && handle.set(CURLOPT_ACCEPT_ENCODING, "gzip")
      && handle.set(CURLOPT_SSL_VERIFYPEER, 1)
      && handle.set(CURLOPT_SSL_VERIFYHOST, 2)
      && handle.set(CURLOPT_USERAGENT, options.userAgent)
      && handle.set(CURLOPT_PRIVATE, context: context)
      && handle.set(CURLOPT_HEADERDATA, context: context)
      && handle.set(CURLOPT_WRITEDATA, context: context)
      && handle.set(CURLOPT_HEADERFUNCTION, receiveHeaderLine)
      && handle.set(CURLOPT_WRITEFUNCTION, receiveBody)
  }

  private func setOptions(for kind: Kind) -> Bool {
    // libcurl repeats what it sent over a kept connection that died; nothing may be posted twice.
    let isFresh = kind.connection.isFresh || kind.method != .get
    let usesHTTP2 = kind.isTLS && !isFresh
    return handle.set(CURLOPT_PROXY, kind.connection.proxy ?? "")
      && handle.set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
      && handle.set(CURLOPT_FORBID_REUSE, isFresh ? 1 : 0)
      && handle.set(
        CURLOPT_HTTP_VERSION,
        Int(usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
      )
      && handle.set(CURLOPT_PIPEWAIT, usesHTTP2 ? 1 : 0)
      && handle.set(kind.method == .post ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
      && setAuthorities(kind.connection.caFile)
      && (kind.method != .handshake || setHandshake())
  }

  private func setHandshake() -> Bool {
    handle.set(CURLOPT_CONNECT_ONLY, 1)
      && handle.set(CURLOPT_CERTINFO, 1)
      && handle.set(CURLOPT_SSL_VERIFYPEER, 0)
      && handle.set(CURLOPT_SSL_VERIFYHOST, 0)
  }

  /// Says whom to trust: the system's authorities and those of the file.
  ///
  /// libcurl reads a bundle (one file) and a folder. Where it was built with both, as on Debian,
  /// each holds the system's whole set: a CA file takes the bundle's place and the folder, read
  /// only as needed, stays. Without a CA file the folder is left out, for only then does libcurl
  /// parse the bundle once and not for each connection (1 ms against 26 ms of CPU). A libcurl
  /// built without a folder trusts the CA file alone where there is one.
  private func setAuthorities(_ caFile: String?) -> Bool {
    guard let caFile else {
      guard hasSystemBundle, hasSystemFolder else {
        return true
      }
      return handle.unset(CURLOPT_CAPATH) && handle.unset(CURLOPT_PROXY_CAPATH)
    }
    return handle.set(CURLOPT_CAINFO, caFile) && handle.set(CURLOPT_PROXY_CAINFO, caFile)
  }

  private func setHeaders(_ headers: [HTTPHeader], method: HTTPRequest.Method) throws(HTTPError) {
    if let bad = headers.first(where: { !$0.isSendable }) {
      let name = bad.name.utf8.allSatisfy(\.isTokenCharacter) ? " \"\(bad.name)\"" : ""
      throw .unusable("the header\(name) holds a character that is not allowed there")
    }
    // libcurl takes "name:" for "leave this header out" and "name;" for an empty one.
    var lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    if method == .post {
      // No round of "100 Continue" before a body, whatever its size.
      lines.append("Expect:")
    }
    guard let list = HeaderList(lines), handle.set(CURLOPT_HTTPHEADER, list) else {
      throw .failed(reason: "out of memory", wasSent: false)
    }
    headerList = consume list
    self.headers = headers
  }

  // MARK: Called by libcurl

  /// Returns the transfer behind the context pointer that the callbacks are given.
  @unsafe fileprivate static func from(_ context: UnsafeMutableRawPointer) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// Takes in one header line and returns whether the transfer may go on.
  fileprivate func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
    if !hasAnswerBegun {
      hasAnswerBegun = true
      _ = handle.set(CURLOPT_LOW_SPEED_TIME, options.patienceSeconds)
    }
    guard unsafe headerBlock.append(line) else {
      stop = .tooManyHeaders
      return false
    }
    return true
  }

  /// Takes in a piece of the decoded body and returns whether the transfer may go on.
  fileprivate func receive(body piece: UnsafeRawBufferPointer) -> Bool {
    guard body.count + piece.count <= byteLimit else {
      stop = .bodyTooLarge(limit: byteLimit)
      return false
    }
    unsafe body.append(contentsOf: piece)
    return true
  }
}

private let receiveHeaderLine: ccurl_data_callback = { data, size, count, context in
  guard let context = unsafe context else {
    return 0
  }
  let line = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
  return unsafe Transfer.from(context).receive(headerLine: line) ? line.count : line.count &+ 1
}

private let receiveBody: ccurl_data_callback = { data, size, count, context in
  guard let context = unsafe context else {
    return 0
  }
  let piece = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
  // Any other count than the one given ends the transfer, 0 of 0 would not.
  return unsafe Transfer.from(context).receive(body: piece) ? piece.count : piece.count &+ 1
}

extension Duration {
  /// Whole milliseconds for libcurl, at least 1 because 0 means "no limit" there.
  fileprivate var positiveMilliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < 2_000_000 else {
      return 2_000_000_000
    }
    return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
