/// A pattern over slash-separated names: `*` stays inside a segment, `**` crosses segments.
///
/// - `*`: any run, also an empty one, without `/`.
/// - `**/` at the start or behind a `/`: no segment or any number of them, so `**/api` also matches
///   `api`, and `docs/**/api` also `docs/api`.
/// - `/**` at the end: everything below, at any depth, but not the folder itself.
/// - `**` elsewhere (`docs**`): any run, slashes included.
///
/// Everything else, `?` and brackets too, means itself. Matching keeps the set of reachable places
/// in the pattern and steps it with each byte, so its time is the product of the two lengths at
/// worst, whatever the pattern.
package struct Glob: Hashable, Sendable {
  private enum Step: Hashable, Sendable {
    case byte(UInt8)
    /// Any one byte.
    case any
    /// Any run without a slash.
    case run
    /// Any run.
    case crossing
    /// The entrance of a `**/`, which may be passed by.
    case folders
    /// The inside of a `**/`, left with a slash.
    case inFolders
  }

  /// The pattern as it was written.
  package let text: String
  private let steps: [Step]
  private let ignoresCase: Bool

  /// Compiles a pattern; every text is one.
  ///
  /// `ignoresCase` concerns ASCII letters only.
  package init(_ text: String, ignoresCase: Bool = false) {
    self.text = text
    self.ignoresCase = ignoresCase
    var steps: [Step] = []
    let bytes = Array(text.utf8)
    let star = UInt8(ascii: "*")
    let slash = UInt8(ascii: "/")
    var index = 0
    while index < bytes.count {
      guard bytes[index] == star else {
        steps.append(.byte(ignoresCase ? bytes[index].asciiLowercased : bytes[index]))
        index += 1
        continue
      }
      let first = index
      while index < bytes.count && bytes[index] == star { index += 1 }
      let beginsSegment = first == 0 || bytes[first - 1] == slash
      if index - first == 1 {
        steps.append(.run)
      } else if beginsSegment && index < bytes.count && bytes[index] == slash {
        steps += [.folders, .inFolders]
        index += 1
      } else if beginsSegment && index == bytes.count && first > 0 {
        steps += [.any, .crossing]
      } else {
        steps.append(.crossing)
      }
    }
    self.steps = steps
  }

  /// Tells whether the pattern matches the whole name.
  package func matches(_ name: String) -> Bool {
    var places = Places(count: steps.count + 1)
    var following = places
    enter(0, &places)
    for byte in name.utf8 {
      let byte = ignoresCase ? byte.asciiLowercased : byte
      following.clear()
      for place in places.members where place < steps.count {
        step(from: place, over: byte, into: &following)
      }
      if following.members.isEmpty { return false }
      swap(&places, &following)
    }
    return places.contains(steps.count)
  }

  private func step(from place: Int, over byte: UInt8, into places: inout Places) {
    let isSlash = byte == UInt8(ascii: "/")
    switch steps[place] {
    case .byte(let wanted):
      if byte == wanted { enter(place + 1, &places) }
    case .any:
      enter(place + 1, &places)
    case .run:
      if !isSlash { enter(place, &places) }
    case .crossing:
      enter(place, &places)
    case .folders:
      break
    case .inFolders:
      enter(place, &places)
      if isSlash { enter(place + 1, &places) }
    }
  }

  /// Adds a place and those that are reached from it without a byte.
  private func enter(_ place: Int, _ places: inout Places) {
    var place = place
    while places.insert(place), place < steps.count {
      switch steps[place] {
      case .run, .crossing: place += 1
      case .folders:
        places.insert(place + 1)
        place += 2
      case .byte, .any, .inFolders: return
      }
    }
  }

  /// A set of places that is emptied in the time it took to fill it.
  private struct Places {
    private(set) var members: [Int] = []
    private var flags: [Bool]

    init(count: Int) {
      flags = Array(repeating: false, count: count)
    }

    func contains(_ place: Int) -> Bool { flags[place] }

    @discardableResult
    mutating func insert(_ place: Int) -> Bool {
      guard !flags[place] else { return false }
      flags[place] = true
      members.append(place)
      return true
    }

    mutating func clear() {
      for place in members { flags[place] = false }
      members.removeAll(keepingCapacity: true)
    }
  }
}

extension UInt8 {
  /// The byte in lower case where it is an ASCII letter, else itself.
  fileprivate var asciiLowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 32 : self
  }
}
