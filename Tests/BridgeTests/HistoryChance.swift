import Sandbox

/// The chance of one history: a seed gives the same history everywhere.
struct HistoryChance {
  private var source: RandomSource

  init(seed: UInt64) {
    source = RandomSource(seed: seed)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &source)
  }

  /// True once in a number of times.
  mutating func oneIn(_ count: Int) -> Bool {
    int(1...count) == 1
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[int(0...(elements.count - 1))]
  }

  /// Picks an element by its weight.
  mutating func weigh<Element>(_ elements: [(Int, Element)]) -> Element {
    var rest = int(0...(elements.reduce(0) { $0 + $1.0 } - 1))
    for (weight, element) in elements {
      rest -= weight
      if rest < 0 { return element }
    }
    preconditionFailure("weights add up to something")
  }

  /// A time between two steps, in milliseconds: mostly seconds, now and then a long downtime.
  mutating func pause() -> Int64 {
    switch int(1...100) {
    case ...60: Int64(int(1...20_000))
    case ...85: Int64(int(1...300)) * 1000
    case ...95: Int64(int(5...90)) * 60_000
    case ...99: Int64(int(2...30)) * 3_600_000
    default: Int64(int(2...20)) * 86_400_000
    }
  }
}
