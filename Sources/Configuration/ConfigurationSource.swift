/// All that a configuration is made of; the loader itself touches neither disk nor environment.
package struct ConfigurationSource: Sendable {
  /// What a file holds and who may read it.
  package struct FileContents: Sendable, Equatable {
    package var bytes: [UInt8]
    /// The permission bits, as `stat` gives them.
    package var mode: UInt32

    package init(bytes: [UInt8], mode: UInt32) {
      self.bytes = bytes
      self.mode = mode
    }
  }

  /// Why a file could not be read.
  package enum FileProblem: Error, Equatable, Sendable {
    case missing
    case denied
    case isFolder
    /// Larger than whoever reads files is willing to take.
    case tooLarge
    /// Anything else, in words.
    case failed(String)
  }

  /// The bytes of the configuration file.
  package var bytes: [UInt8]
  /// Its permission bits; nil if it is no file, and nobody else can read it.
  package var mode: UInt32?
  /// Its name as messages show it.
  package var name: String
  /// Its folder as an absolute path: file names in it are relative to this.
  package var directory: String
  /// Looks up an environment variable.
  package var environment: @Sendable (String) -> String?
  /// Reads a file by its path: secrets and bundles of certificates, so a mebibyte must be taken.
  ///
  /// Paths are absolute if `directory` is. What is no regular file may be refused: nothing here
  /// waits for a pipe.
  package var readFile: @Sendable (String) -> Result<FileContents, FileProblem>

  package init(
    bytes: [UInt8],
    mode: UInt32? = nil,
    name: String,
    directory: String,
    environment: @escaping @Sendable (String) -> String?,
    readFile: @escaping @Sendable (String) -> Result<FileContents, FileProblem>
  ) {
    self.bytes = bytes
    self.mode = mode
    self.name = name
    self.directory = directory
    self.environment = environment
    self.readFile = readFile
  }

  /// Returns the path of a file that the configuration names.
  func path(of file: String) -> String {
    var file = file[...]
    if file.hasPrefix("/") { return String(file) }
    while file.hasPrefix("./") { file = file.dropFirst(2) }
    guard !directory.isEmpty else { return String(file) }
    return directory + (directory.hasSuffix("/") ? "" : "/") + file
  }
}
