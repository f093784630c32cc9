/**
 * Why a token is not accepted. Thrown and caught inside this room only; the message goes into the record, never to the caller,
 * and quotes nothing that the token holds.
 */
export class TokenFault extends Error {
  override readonly name = 'TokenFault'
}
