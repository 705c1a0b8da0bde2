import Glibc
import Testing

@testable import Store

/// What is said where the state cannot be used, and the exit code.
@Suite struct StoreErrorTests {
  @Test(arguments: [
    (ENOSPC, "no space left on device; free some space or inodes"),
    (EDQUOT, "disk quota exceeded; raise the user's quota or free some space"),
    (EFBIG, "the limit of a file's size is reached; raise the limit (ulimit -f)"),
    (EROFS, "the file system is read-only; mount it writable or name another state directory"),
    (EACCES, "permission denied; give this user the right to it or name another state directory"),
    (ENOENT, "no such file or directory; create the folder that it is to be in"),
    (EMFILE, "no file descriptors are left; raise the limit (ulimit -n)"),
    (EIO, "input/output error; check the disk"),
    (EISDIR, "is a directory; remove what stands in its place"),
    (EINVAL, "invalid argument; check the disk and the directory"),
  ])
  func `each error of the system is told with what to do`(code: Int32, words: String) {
    #expect(
      StoreError.cannotCreate(path: "/state", code: code).description
        == "the state cannot be created: \"/state\": \(words)"
    )
    #expect(
      StoreError.cannotWrite(path: "/state", code: code).description
        == "the state cannot be written: \"/state\": \(words)"
    )
    #expect(
      StoreError.cannotRead(path: "/state", code: code).description
        == "the state cannot be read: \"/state\": \(words)"
    )
  }

  @Test(arguments: [
    (
      StoreError.insecure(path: "/state", reason: "others may write to it"), 73,
      "the state directory \"/state\" is not safe: others may write to it"
    ),
    (
      .damaged(path: "/state/state.json", reason: "it is empty"), 65,
      "the state is damaged: \"/state/state.json\": it is empty; restore the whole directory from a "
        + "backup, or run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    ),
    (
      .foreign(path: "/state", name: "x"), 65,
      "the state directory \"/state\" holds \"x\" but no state; restore the state, or name an empty "
        + "directory, or run \"gitlab-wecom baseline\" to go on from how GitLab stands now"
    ),
    (
      .newerSchema(path: "/state/state.json", found: 3, supported: 1), 65,
      "the state \"/state/state.json\" was written by a newer gitlab-wecom: its schema is 3, this "
        + "program knows up to 1; use the newer program, or restore the directory from before the "
        + "upgrade"
    ),
    (
      .stopped(path: "/state/journal.1"), 74,
      "the state is not written any more: an earlier write to \"/state/journal.1\" failed; the next "
        + "start goes on from what reached the disk"
    ),
  ])
  func `each kind has its words and its exit code`(
    error: StoreError,
    exitCode: Int32,
    words: String
  ) {
    #expect(error.description == words)
    #expect(error.exitCode == exitCode)
  }
}
