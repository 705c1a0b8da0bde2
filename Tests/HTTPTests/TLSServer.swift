import Glibc

/// OpenSSL's own test server on loopback, with a certificate made for the occasion.
///
/// Tests that need it are skipped where the `openssl` command is not installed.
final class TLSServer: Sendable {
  static let isAvailable = unsafe access(openssl, X_OK) == 0
  private static let openssl = "/usr/bin/openssl"

  let port: Int
  /// The server's certificate, which is its own authority.
  let certificate: String
  private let folder: String
  private let child: pid_t
  private let output: Int32

  /// Starts a server whose certificate is for one address and may have ended yesterday.
  init(address: String = "127.0.0.1", isExpired: Bool = false) throws {
    var template = Array("/tmp/tls-test-XXXXXX".utf8CString)
    guard let made = unsafe mkdtemp(&template) else {
      throw SocketError(errno: errno)
    }
    folder = unsafe String(cString: made)
    certificate = folder + "/certificate.pem"
    let key = folder + "/key.pem"
    try Self.run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-keyout", key, "-out", certificate, "-subj", "/CN=test", "-days", "2",
      "-addext", "subjectAltName=IP:\(address)",
    ])
    if isExpired {
      try Self.run([
        "x509", "-in", certificate, "-signkey", key, "-days", "-1", "-out", certificate,
      ])
    }
    (child, output) = try Self.start([
      "s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www",
    ])
    port = try Self.port(from: output)
  }

  deinit {
    kill(child, SIGKILL)
    var status: Int32 = 0
    unsafe waitpid(child, &status, 0)
    close(output)
    for name in ["/certificate.pem", "/key.pem"] {
      unsafe unlink(folder + name)
    }
    unsafe rmdir(folder)
  }

  var url: String { "https://127.0.0.1:\(port)/" }

  /// Runs the command to its end.
  private static func run(_ arguments: [String]) throws {
    let (child, output) = try start(arguments)
    var status: Int32 = 0
    unsafe waitpid(child, &status, 0)
    close(output)
    guard status == 0 else {
      throw SocketError(errno: status)
    }
  }

  /// Starts the command with its standard output in a pipe and its standard error discarded.
  private static func start(_ arguments: [String]) throws -> (child: pid_t, output: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw SocketError(errno: errno)
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let words = [openssl] + arguments
    var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
    var child: pid_t = 0
    let status = unsafe posix_spawn(&child, openssl, &actions, nil, &pointers, nil)
    for index in unsafe pointers.indices {
      unsafe free(pointers[index])
    }
    unsafe posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    guard status == 0 else {
      close(ends[0])
      throw SocketError(errno: status)
    }
    return (child, ends[0])
  }

  /// Reads what the server prints until it says where it listens.
  private static func port(from output: Int32) throws -> Int {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 512)
    while true {
      let count = unsafe read(output, &buffer, buffer.count)
      guard count > 0 else {
        throw SocketError(errno: errno)
      }
      text += String(decoding: buffer[..<count], as: UTF8.self)
      if let match = text.firstMatch(of: /ACCEPT 127\.0\.0\.1:([0-9]+)\n/),
        let port = Int(match.output.1)
      {
        return port
      }
    }
  }
}
