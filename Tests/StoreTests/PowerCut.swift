@testable import Store

extension ModelDisk {
  /// Returns the disk as a killed process leaves it: all that it wrote is seen.
  func afterKill() -> ModelDisk { ModelDisk(content) }

  /// Returns the disk after one of the power cuts that are possible now.
  ///
  /// What was not synced is there or not, sector by sector and name by name.
  func afterPowerCut(_ random: inout some RandomNumberGenerator) -> ModelDisk {
    var content = content
    // All, nothing and the extremes in between are worth as much as the even chance.
    let chance = [0, 10, 50, 90, 100].randomElement(using: &random) ?? 50
    for number in content.files.keys.sorted() {
      guard let file = content.files[number], !file.pending.isEmpty else { continue }
      let bytes = Self.cut(file, chance, &random)
      content.files[number] = File(kind: file.kind, mode: file.mode, bytes: bytes, medium: bytes)
    }
    let inOrder = Bool.random(using: &random)
    let kept =
      inOrder
      ? Array(
        content.pendingNames.prefix(.random(in: 0...content.pendingNames.count, using: &random))
      )
      : content.pendingNames.filter { _ in Int.random(in: 0..<100, using: &random) < chance }
    for change in kept {
      switch change {
      case .set(let name, let number): content.mediumNames[name] = number
      case .remove(let name): content.mediumNames[name] = nil
      case .rename(let name, let other, let number):
        content.mediumNames[name] = nil
        content.mediumNames[other] = number
      }
    }
    content.names = content.mediumNames
    content.pendingNames = []
    return ModelDisk(content)
  }

  private static func cut(
    _ file: File,
    _ chance: Int,
    _ random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    // Each sector has taken some of the changes to it, in their order; so has the length.
    var versions = [file.medium]
    for change in file.pending {
      var next = versions[versions.count - 1]
      apply(change, to: &next)
      versions.append(next)
    }
    func version() -> Int {
      var version = 0
      while version < file.pending.count, Int.random(in: 0..<100, using: &random) < chance {
        version += 1
      }
      return version
    }
    let length = versions[version()].count
    var bytes = [UInt8](repeating: 0, count: length)
    for start in stride(from: 0, to: length, by: JournalLine.sector) {
      let source = versions[version()]
      let end = min(length, start + JournalLine.sector)
      guard start < source.count else { continue }
      let sourceEnd = min(end, source.count)
      bytes.replaceSubrange(start..<sourceEnd, with: source[start..<sourceEnd])
    }
    return bytes
  }
}

/// A generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
