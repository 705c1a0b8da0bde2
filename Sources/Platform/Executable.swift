import Glibc

/// Where the running program is.
package enum Executable {
  /// The program's own absolute path with links resolved, nil where `/proc` is missing.
  package static var path: String? { Files.linkTarget("/proc/self/exe") }

  /// The folder that holds the program.
  package static var folder: String? {
    guard let path, let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The absolute path of the current folder, nil where it has been removed.
  package static var currentFolder: String? {
    guard let path = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// The number of this process.
  package static var processID: Int32 { getpid() }

  /// Ends the process at once with an exit code.
  ///
  /// Nothing is waited for that other threads still do: libcurl's name lookups can hang for half a
  /// minute. What was written through `StandardStream` has gone out already.
  package static func exit(_ code: Int32) -> Never { _exit(code) }
}
