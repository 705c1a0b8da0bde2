import CCurl
import Glibc

/// libcurl's process-wide state, set up once.
let isCurlReady: Bool = {
  // libcurl would write the keys of its TLS sessions there.
  unsafe unsetenv("SSLKEYLOGFILE")
  return ccurl_global_init() == CURLE_OK
}()

/// One libcurl easy handle together with the buffer that libcurl writes its error text into.
///
/// Belongs to one thread. Strings given to `set` are copied by libcurl.
@safe
struct EasyHandle: ~Copyable {
  /// What libcurl's functions take; valid as long as the handle lives.
  let pointer: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private static let errorTextSize = Int(CURL_ERROR_SIZE)

  /// Creates a handle with libcurl's defaults, or nil when there is no memory for it.
  init?() {
    guard isCurlReady, let pointer = unsafe curl_easy_init() else {
      return nil
    }
    unsafe self.pointer = pointer
    unsafe self.errorText = .allocate(capacity: Self.errorTextSize)
    unsafe errorText.initialize(repeating: 0, count: Self.errorTextSize)
  }

  deinit {
    unsafe curl_easy_cleanup(pointer)
    unsafe errorText.deallocate()
  }

  /// Puts every option back to libcurl's default; connections and the DNS cache stay.
  func reset() {
    unsafe curl_easy_reset(pointer)
    unsafe ccurl_easy_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText)
  }

  /// Forgets the error text of the transfer before.
  func clearErrorText() {
    unsafe errorText.pointee = 0
  }

  /// libcurl's own words for the last failure; may be empty.
  var lastErrorText: String { unsafe String(cString: errorText) }

  func set(_ option: CURLoption, _ value: Int) -> Bool {
    unsafe ccurl_easy_set_long(pointer, option, value) == CURLE_OK
  }

  func set(_ option: CURLoption, _ value: String) -> Bool {
    unsafe ccurl_easy_set_string(pointer, option, value) == CURLE_OK
  }

  /// Takes an option back to "not set", which for some is not libcurl's default.
  func unset(_ option: CURLoption) -> Bool {
    unsafe ccurl_easy_set_string(pointer, option, nil) == CURLE_OK
  }

  func set(_ option: CURLoption, _ list: borrowing HeaderList) -> Bool {
    unsafe ccurl_easy_set_list(pointer, option, list.first) == CURLE_OK
  }

  func set(_ option: CURLoption, _ callback: ccurl_data_callback) -> Bool {
    unsafe ccurl_easy_set_callback(pointer, option, callback) == CURLE_OK
  }

  func set(_ option: CURLoption, context: UnsafeMutableRawPointer) -> Bool {
    unsafe ccurl_easy_set_pointer(pointer, option, context) == CURLE_OK
  }

  /// Sets the body of a POST; libcurl keeps a copy.
  func setBody(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      guard
        unsafe ccurl_easy_set_offset(
          pointer,
          CURLOPT_POSTFIELDSIZE_LARGE,
          curl_off_t(buffer.count)
        ) == CURLE_OK
      else {
        return false
      }
      // An empty array has no address, and no address would make libcurl ask for a read callback.
      guard let start = buffer.baseAddress else {
        return unsafe ccurl_easy_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "") == CURLE_OK
      }
      return unsafe ccurl_easy_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, start) == CURLE_OK
    }
  }

  /// A number that libcurl knows about the transfer, or 0.
  func number(_ info: CURLINFO) -> Int {
    var value = 0
    return unsafe ccurl_easy_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  /// A count or a time in microseconds that libcurl knows about the transfer, or 0.
  func offset(_ info: CURLINFO) -> Int {
    var value: curl_off_t = 0
    return unsafe ccurl_easy_get_offset(pointer, info, &value) == CURLE_OK ? Int(value) : 0
  }

  /// What the far side's certificates say, where that was asked for.
  var certificateLines: [HTTPHeader] {
    var found: UnsafeMutableRawPointer?
    guard unsafe ccurl_easy_get_pointer(pointer, CURLINFO_CERTINFO, &found) == CURLE_OK,
      let certificates = unsafe found?.assumingMemoryBound(to: curl_certinfo.self).pointee
    else { return [] }
    var headers: [HTTPHeader] = []
    for index in 0..<Int(unsafe certificates.num_of_certs) {
      var line = unsafe certificates.certinfo[index]
      while let item = unsafe line {
        let parts = unsafe String(cString: item.pointee.data).split(separator: ":", maxSplits: 1)
        if parts.count == 2 {
          headers.append(HTTPHeader(String(parts[0]), String(parts[1])))
        }
        unsafe line = item.pointee.next
      }
    }
    return headers
  }

  /// A text that libcurl knows, or nil.
  func text(_ info: CURLINFO) -> String? {
    var value: UnsafePointer<CChar>?
    guard unsafe ccurl_easy_get_string(pointer, info, &value) == CURLE_OK else {
      return nil
    }
    return unsafe value.map { unsafe String(cString: $0) }
  }
}

/// A list of header lines in libcurl's form; lives as long as the handle may use it.
@safe
struct HeaderList: ~Copyable {
  /// The head of libcurl's list, nil for an empty one.
  let first: UnsafeMutablePointer<curl_slist>?

  /// Copies the lines, or returns nil when there is no memory for them.
  init?(_ lines: [String]) {
    var first: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let grown = unsafe curl_slist_append(first, line) else {
        unsafe curl_slist_free_all(first)
        return nil
      }
      unsafe first = grown
    }
    unsafe self.first = first
  }

  deinit {
    unsafe curl_slist_free_all(first)
  }
}
