/// Replacement of a whole file in one step, for files that other programs read.
package enum FileReplacement {
  /// Writes bytes to a file, so that a reader sees the old ones or the new ones, never a part.
  ///
  /// The new file is written beside the old one under its name and `.new` and renamed; a crash
  /// leaves the old file or the new one. A link at the path is replaced, not followed.
  ///
  /// - Parameters:
  ///   - path: the file; its folder must exist.
  ///   - bytes: the whole content.
  ///   - mode: the permission bits, whatever the process's umask.
  ///   - disk: where the file is.
  /// - Throws: `StoreError.cannotCreate` or `cannotWrite`; no other file is left then.
  package static func write(
    path: String,
    bytes: [UInt8],
    mode: UInt32 = 0o644,
    disk: any Disk = SystemDisk()
  ) throws(StoreError) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let handle: Int32
    do { handle = try disk.openFolder(directory) } catch {
      throw .cannotCreate(path: path, code: error.code)
    }
    defer { disk.close(handle) }
    let folder = Folder(disk: disk, handle: handle, path: directory)
    let temporary = name + StateStore.newSuffix
    try folder.create(temporary, bytes, mode: mode)
    do {
      try folder.rename(temporary, to: name)
    } catch {
      folder.remove(temporary)
      throw error
    }
  }
}
