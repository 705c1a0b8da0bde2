import Changes
import Testing

@Suite struct CursorTests {
  private func row(_ id: Int64, _ second: Int64) -> Sighting {
    Sighting(id: id, at: Timestamp(milliseconds: second * 1000))
  }

  private func time(_ second: Int64) -> Timestamp { Timestamp(milliseconds: second * 1000) }

  // MARK: EventCursor

  @Test func `a baseline tells nothing of what is there, and all that comes`() {
    let cursor = EventCursor(baseline: [row(5, 100), row(7, 120)], since: nil)
    #expect(!cursor.isNews(5) && !cursor.isNews(7))
    #expect(cursor.isNews(8))
    #expect(EventCursor(baseline: [], since: nil).isNews(1))
  }

  @Test func `a baseline since a time tells what is younger, whatever the order of ids`() {
    let rows = [row(9, 130), row(8, 119), row(7, 121), row(6, 110), row(5, 0)]
    let cursor = EventCursor(baseline: rows, since: time(120))
    #expect(rows.filter { cursor.isNews($0.id) }.map(\.id) == [9, 7, 5])
    #expect(cursor.floor == 0 && cursor.newest == row(8, 119))
    let usual = EventCursor(baseline: Array(rows.prefix(4)), since: time(120))
    #expect(usual.floor == 6 && usual.isNews(7) && !usual.isNews(8))
  }

  @Test func `a row below the newest is news until the overlap is over`() {
    var cursor = EventCursor(baseline: [row(5, 100)], since: nil)
    cursor.absorb([row(9, 1000)], now: time(1000))
    #expect(cursor.isNews(8) && !cursor.isNews(9))
    cursor.absorb([row(10, 1800)], now: time(1900))
    #expect(cursor.isNews(8))
    cursor.absorb([], now: time(1901))
    #expect(!cursor.isNews(8) && cursor.floor == 9)
    #expect(cursor.seen == [row(10, 1800)])
  }

  @Test func `ids that go back are noticed, late and removed rows are not taken for that`() {
    var cursor = EventCursor(baseline: [row(5, 100)], since: nil)
    cursor.absorb([row(9, 1000)], now: time(2000))
    #expect(!cursor.isRewound(by: [], now: time(9000)))
    #expect(!cursor.isRewound(by: [row(9, 1000), row(8, 1001)], now: time(9000)))
    #expect(cursor.isRewound(by: [row(6, 2000)], now: time(9000)))
    // A replica may lag behind the one that answered before.
    #expect(!cursor.isRewound(by: [row(6, 900)], now: time(1100)))
    #expect(cursor.isRewound(by: [row(11, 5000), row(8, 4000)], now: time(9000)))
  }

  @Test func `a row without a time neither moves the floor nor looks like a restored backup`() {
    var cursor = EventCursor(baseline: [], since: nil)
    cursor.absorb([row(9, 0)], now: time(5000))
    #expect(cursor.isNews(8) && !cursor.isNews(9))
    #expect(!cursor.isRewound(by: [row(9, 0), row(8, 5000)], now: time(9000)))
  }

  @Test func `a reading that was cut does not move the floor past what it left out`() {
    var cursor = EventCursor(baseline: [row(5, 100)], since: nil)
    cursor.absorb([row(9, 1000)], now: time(1000))
    // 6 and 7 became visible late; after 6 the reading was cut.
    cursor.note([row(6, 1001)])
    #expect(cursor.isNews(7) && !cursor.isNews(6))
    cursor.absorb([row(7, 1002)], now: time(9000))
    #expect(!cursor.isNews(7) && !cursor.isNews(8))
  }

  // MARK: JobLedger

  @Test func `a failure is news once, whatever its id, if it ended after the watch began`() {
    var ledger = JobLedger(began: time(1000))
    #expect(!ledger.isNews(row(7, 999)))
    #expect(ledger.isNews(row(7, 1000)) && ledger.isNews(row(1, 5000)))
    ledger.absorb([row(7, 1000), row(3, 900)])
    #expect(!ledger.isNews(row(7, 1000)) && ledger.seen == [row(7, 1000)])
  }

  @Test func `a ledger forgets what lies too far back to be news, and stays small`() {
    var ledger = JobLedger(began: time(0))
    let day: Int64 = 86_400
    for number in 1...1000 {
      let job = row(Int64(number), Int64(number) * day / 10)
      #expect(ledger.isNews(job))
      ledger.absorb([job])
      ledger.completeReading(at: job.at)
      #expect(!ledger.isNews(job))
    }
    #expect(ledger.seen.count == 31)
    #expect(!ledger.isNews(row(1, day / 10)))
  }

  // MARK: PipelineCursor

  @Test func `a move is followed once, and again when it moves anew`() {
    var cursor = PipelineCursor(began: time(10_000))
    #expect(cursor.askFrom == time(9400))
    #expect(cursor.hasMoved(row(4, 9400)) && !cursor.hasMoved(row(4, 9399)))
    cursor.follow(row(4, 10_100), isUnderWay: true)
    #expect(!cursor.hasMoved(row(4, 10_100)) && cursor.hasMoved(row(4, 10_101)))
    #expect(cursor.underWay == [row(4, 10_100)])
    cursor.follow(row(4, 10_200), isUnderWay: false)
    #expect(cursor.underWay.isEmpty && cursor.seen == [row(4, 10_200)])
  }

  @Test func `a move of another pipeline that shows late is followed within the overlap`() {
    var cursor = PipelineCursor(began: time(10_000))
    cursor.follow(row(4, 20_000), isUnderWay: false)
    #expect(cursor.hasMoved(row(3, 19_400)))
    #expect(!cursor.hasMoved(row(3, 19_399)))
    cursor.follow(row(5, 21_000), isUnderWay: false)
    #expect(cursor.seen == [row(5, 21_000)])
    cursor.forget(4)
    #expect(cursor.movedTo == time(21_000))
  }
}
