// `Content-Type: multipart/form-data; boundary=…` in one spelling, quoted or not (RFC 7578 §4.1). The characters are those of RFC 2046
// that need no quotes, so that a quoted boundary holds nothing that anybody could read as an escape or as a second parameter.

const type = /^multipart\/form-data; ?boundary=(?:([A-Za-z0-9'+_.-]{1,70})|"([A-Za-z0-9'+_.-]{1,70})")$/i

/** Takes the raw value of the header; gives the boundary, or undefined where it is anything but this. */
export function boundaryOf(contentType: string): string | undefined {
  const [, plain, quoted] = type.exec(contentType) ?? []
  return plain ?? quoted
}

/** The value of the header for a body of ours. */
export function multipartType(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`
}
