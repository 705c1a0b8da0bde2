#if canImport(Testing)
  import FoundationEssentials
  package import Testing

  /// A folder of its own for each test case, removed when the case ends.
  package enum TemporaryFolder {
    @TaskLocal private static var current: String?

    /// The path of the folder of the running test case.
    package static var path: String {
      guard let current else { preconditionFailure("the test needs the trait .temporaryFolder") }
      return current
    }

    fileprivate static func with(
      _ body: @concurrent @Sendable () async throws -> Void
    ) async throws {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "gitlab-wecom-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try await $current.withValue(folder) { try await body() }
    }
  }

  /// Gives each test case a `TemporaryFolder`.
  package struct TemporaryFolderTrait: TestTrait, SuiteTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
      for test: Test,
      testCase: Test.Case?,
      performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
      guard testCase != nil else { return try await function() }
      try await TemporaryFolder.with(function)
    }
  }

  extension Trait where Self == TemporaryFolderTrait {
    /// A folder of its own for each test case.
    package static var temporaryFolder: Self { Self() }
  }
#endif
