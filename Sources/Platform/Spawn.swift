import Glibc

/// A process just started, with our ends of its streams.
struct Spawn {
  let id: Int32
  /// Our end of the child's standard input, output and error, nil where it has none of ours.
  let input: Int32?
  let output: Int32?
  let errors: Int32?

  static func start(_ command: ChildProcess.Command) throws(SystemError) -> Spawn {
    var pairs = Pairs()
    defer { pairs.closeTheirs() }
    do {
      let input = command.input.isEmpty ? nil : try pairs.open()
      let output = command.collectsOutput ? try pairs.open() : nil
      let errors = command.collectsOutput ? try pairs.open() : nil
      let id = try spawn(command, theirs: [input?.theirs, output?.theirs, errors?.theirs])
      return Spawn(id: id, input: input?.ours, output: output?.ours, errors: errors?.ours)
    } catch {
      pairs.closeOurs()
      throw error
    }
  }

  private static func spawn(
    _ command: ChildProcess.Command,
    theirs: [Int32?]
  ) throws(SystemError) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    if let input = theirs[0] {
      unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    for stream: Int32 in 1...2 {
      guard let end = theirs[Int(stream)] else { continue }
      unsafe posix_spawn_file_actions_adddup2(&actions, end, stream)
    }
    if let folder = command.folder {
      // A GNU name, which the module does not show.
      typealias AddFolder =
        @convention(c) (
          UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
        ) -> CInt
      guard let symbol = unsafe dlsym(nil, "posix_spawn_file_actions_addchdir_np") else {
        throw SystemError(ENOSYS)
      }
      let addFolder = unsafe unsafeBitCast(symbol, to: AddFolder.self)
      _ = unsafe addFolder(&actions, folder)
    }

    // Ignored signals are inherited over exec, blocked ones too: the child gets a clean slate.
    var all = sigset_t()
    var none = sigset_t()
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = unsafe CStrings([command.path] + command.arguments)
    let environment = unsafe CStrings(
      (command.environment ?? Environment.all).map { "\($0.key)=\($0.value)" }
    )
    defer {
      unsafe arguments.free()
      unsafe environment.free()
    }
    var id: pid_t = 0
    let failure = unsafe posix_spawn(
      &id,
      command.path,
      &actions,
      &attributes,
      arguments.pointers,
      environment.pointers
    )
    guard failure == 0 else { throw SystemError(failure) }
    return id
  }
}

/// Connected socket pairs: unlike a pipe, made close-on-exec in one step, so that another child
/// started at the same time cannot hold them open.
private struct Pairs {
  private var ours: [Int32] = []
  private var theirs: [Int32] = []

  mutating func open() throws(SystemError) -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .last }
    ours.append(ends[0])
    theirs.append(ends[1])
    return (ends[0], ends[1])
  }

  func closeOurs() { for end in ours { close(end) } }
  func closeTheirs() { for end in theirs { close(end) } }
}

@unsafe private struct CStrings {
  var pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) { unsafe pointers = strings.map { unsafe strdup($0) } + [nil] }

  func free() {
    for index in unsafe pointers.indices { unsafe Glibc.free(pointers[index]) }
  }
}
