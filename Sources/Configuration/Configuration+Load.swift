import TOML

extension Configuration {
  /// A usable configuration, and what is odd about it.
  package struct Loaded: Sendable, Equatable {
    package var configuration: Configuration
    /// In the order of the file.
    package var remarks: [ConfigurationFinding]
  }

  /// Reads a configuration and checks all of it.
  ///
  /// Files and variables that it names are read through the source; nothing else is touched.
  ///
  /// - Throws: `ConfigurationErrors` with every error of the file; for a file that is no TOML, the
  ///   first. What is odd but works is no error.
  package static func load(
    _ source: ConfigurationSource
  ) throws(ConfigurationErrors) -> Loaded {
    let findings = Findings(source)
    let loader = Loader(source: source, findings: findings)
    guard let configuration = loader.load() else { throw findings.sortedErrors() }
    return Loaded(configuration: configuration, remarks: findings.sortedRemarks())
  }
}
