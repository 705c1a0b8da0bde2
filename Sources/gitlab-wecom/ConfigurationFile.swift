internal import Configuration
internal import Platform

/// The configuration file: where it is, what it says.
struct ConfigurationFile: Sendable {
  /// Where a configuration is looked for when none is named, in this order.
  static let defaultPaths = ["config.toml", "/etc/gitlab-wecom/config.toml"]
  /// The most bytes of one file that are read; a configuration has a few thousand.
  private static let byteLimit = 4 << 20

  /// As it was named or found.
  let path: String
  let loaded: Configuration.Loaded

  /// Why there is no usable configuration.
  enum Failure: Error {
    /// No file was named, and none is where one is looked for.
    case missing
    case unreadable(FileError)
    case unusable(ConfigurationErrors)
  }

  /// The file that is used when none is named, if there is one.
  static var foundPath: String? { defaultPaths.first(where: Files.exists) }

  /// Finds and reads the configuration, the file that the command line names if it does.
  ///
  /// - Throws: `Failure`; a remark is none.
  static func load(named: String?) throws(Failure) -> ConfigurationFile {
    guard let path = named ?? foundPath else { throw .missing }
    let content: Files.Content
    do {
      content = try Files.read(path, limit: byteLimit)
    } catch {
      throw .unreadable(error)
    }
    let source = ConfigurationSource(
      bytes: content.bytes,
      mode: content.mode,
      name: path,
      directory: folder(of: path),
      environment: Environment.value,
      readFile: read
    )
    do {
      return ConfigurationFile(path: path, loaded: try Configuration.load(source))
    } catch {
      throw .unusable(error)
    }
  }

  private static func folder(of path: String) -> String {
    let path = absolute(path)
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Returns a path that does not depend on the current folder.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = Executable.currentFolder else { return path }
    let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return current == "/" ? "/" + relative : "\(current)/\(relative)"
  }

  private static func read(
    _ path: String
  ) -> Result<ConfigurationSource.FileContents, ConfigurationSource.FileProblem> {
    do throws(FileError) {
      let content = try Files.read(path, limit: byteLimit)
      return .success(ConfigurationSource.FileContents(bytes: content.bytes, mode: content.mode))
    } catch {
      return .failure(problem(error))
    }
  }

  private static func problem(_ error: FileError) -> ConfigurationSource.FileProblem {
    switch error {
    case .notFound: .missing
    case .notPermitted: .denied
    case .isFolder: .isFolder
    case .tooLarge: .tooLarge
    case .notRegular, .failed: .failed(error.reason)
    }
  }
}

extension ConfigurationFile.Failure: CustomStringConvertible {
  /// For `unusable`: every error with its line and a caret, to be printed without a prefix.
  var description: String {
    switch self {
    case .missing:
      "no configuration: looked for "
        + ConfigurationFile.defaultPaths.map { "\"\($0)\"" }.joined(separator: " and ")
        + "; name one with --config"
    case .unreadable(let error): error.description
    case .unusable(let errors): errors.description
    }
  }
}
