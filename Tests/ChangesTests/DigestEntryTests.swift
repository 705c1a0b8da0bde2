import Changes
import FoundationEssentials
import Testing

@Suite struct DigestEntryTests {
  @Test(arguments: [
    DigestEntry.Happening.push(.commits, commitTitle: "x\n\u{202E}", commitCount: 3),
    .push(.creation, commitTitle: "", commitCount: 0),
    .push(.reset, commitTitle: "长", commitCount: 0),
    .build(job: "unit", stage: "test", reason: "script_failure"),
  ])
  func `an entry is written and read again unchanged`(happening: DigestEntry.Happening) throws {
    let entry = DigestEntry(
      id: "7:docs",
      time: Timestamp(milliseconds: 1),
      projectID: 42,
      projectName: "手册",
      projectURL: "https://gitlab.example.internal/docs/manual",
      username: "alice",
      reference: "main",
      link: "",
      happening: happening
    )
    let written = try JSONEncoder().encode(entry)
    #expect(try JSONDecoder().decode(DigestEntry.self, from: written) == entry)
  }
}
