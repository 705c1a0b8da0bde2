// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "gitlab-wecom",
  products: [
    .executable(name: "gitlab-wecom", targets: ["gitlab-wecom"])
  ],
  targets: [
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "HTTP", dependencies: ["CCurl"], swiftSettings: strict),
    .target(name: "TOML", swiftSettings: strict),
    .target(name: "Platform", swiftSettings: strict),
    .target(name: "Configuration", dependencies: ["TOML"], swiftSettings: strict),
    .target(name: "GitLab", dependencies: ["HTTP"], swiftSettings: strict),
    .target(name: "WeCom", dependencies: ["HTTP"], swiftSettings: strict),
    .target(name: "Changes", swiftSettings: strict),
    .target(name: "Store", swiftSettings: strict),
    .target(
      name: "Bridge",
      dependencies: [
        "Changes", "Configuration", "GitLab", "HTTP", "Platform", "Store", "WeCom",
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "gitlab-wecom",
      dependencies: ["Bridge", "Configuration", "Platform"],
      swiftSettings: strict
    ),
    .target(name: "Sandbox", dependencies: ["Platform"], swiftSettings: strict),
    .executableTarget(
      name: "demo",
      dependencies: ["gitlab-wecom", "Platform", "Sandbox"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "bench",
      dependencies: ["DaySupport", "gitlab-wecom", "Platform", "Sandbox"],
      swiftSettings: strict
    ),

    .target(
      name: "TestSupport",
      dependencies: ["HTTP", "Platform", "Sandbox"],
      path: "Tests/TestSupport",
      swiftSettings: strict
    ),
    .target(
      name: "DaySupport",
      dependencies: ["Bridge", "Configuration", "HTTP", "Sandbox", "TestSupport"],
      path: "Tests/DaySupport",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "toml-test-decoder",
      dependencies: ["TOML"],
      path: "Tests/TOMLTestDecoder",
      swiftSettings: strict
    ),
    .testTarget(
      name: "TOMLTests",
      dependencies: ["TOML", "toml-test-decoder"],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "HTTPTests",
      dependencies: ["HTTP", "Sandbox", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "PlatformTests",
      dependencies: ["Platform", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: ["Configuration", "TOML"],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "GitLabTests",
      dependencies: ["GitLab", "HTTP", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "WeComTests",
      dependencies: ["HTTP", "TestSupport", "WeCom"],
      swiftSettings: strict
    ),
    .testTarget(name: "ChangesTests", dependencies: ["Changes"], swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Platform", "Store", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SandboxTests",
      dependencies: ["HTTP", "Platform", "Sandbox", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "BridgeTests",
      dependencies: [
        "Bridge", "Changes", "Configuration", "DaySupport", "GitLab", "HTTP", "Platform", "Sandbox",
        "Store", "TestSupport", "WeCom",
      ],
      swiftSettings: strict
    ),
    .target(name: "CTracer", path: "Tests/CTracer"),
    .target(
      name: "SweepSupport",
      dependencies: ["CTracer", "Platform", "Sandbox", "Store"],
      path: "Tests/SweepSupport",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "crash-sweep",
      dependencies: ["Platform", "SweepSupport", "gitlab-wecom"],
      path: "Tests/CrashSweep",
      swiftSettings: strict
    ),
    .testTarget(
      name: "SweepTests",
      dependencies: [
        "Bridge", "Changes", "Configuration", "GitLab", "HTTP", "Platform", "Sandbox", "Store",
        "SweepSupport", "TestSupport", "WeCom", "gitlab-wecom",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Bridge", "Platform", "Sandbox", "TestSupport", "demo", "gitlab-wecom"],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6]
)
