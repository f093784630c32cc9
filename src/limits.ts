// The bounds of the gate, with their reasons: on what comes from outside, on what waits or is remembered, and the times that it runs
// by. What comes from outside and lies beyond a bound is refused, never cut short; a memory that is full forgets or does not take in.
// Elsewhere, beside the code that alone knows them: lengths that belong to the form of a word (its regular expression), what a file
// format fixes, and sizes of a piece of work or of a read, which bound nothing.
import assert from 'node:assert'

/** Bytes, milliseconds (`Ms`), seconds (`S`) or counts, as the name's end says. */
export const limits = {
  /** Request line and headers together; twice what the official SDKs send with the longest token we accept. */
  headerBytes: 32_768,
  /** Request target: the longest of the route table with a model's name and its query is a fifth of this. */
  targetBytes: 2_048,
  /** Header fields in one request; SDKs send about twenty. */
  headerCount: 100,
  /** A token beyond this is not one that a provider of ours issues; 8 KiB holds thirty verified claims. */
  tokenBytes: 8_192,
  /** Body of an inference request held in memory (default of `limits.body-bytes`). Above: refused until spooling exists. */
  bodyBytes: 4_194_304,
  /** Body of a request to the admin listener: a hundred AuthZEN evaluations. */
  adminBodyBytes: 1_048_576,
  /** Evaluations in one AuthZEN batch. */
  authzenEvaluations: 100,
  /** Entries of one list in it: evidence of a party, nationalities, prior actors. A token of 8 KiB holds fewer. */
  authzenItems: 100,
  /** A client that needs longer than this for its headers is slow on purpose. */
  headersTimeoutMs: 10_000,
  /** From the first byte to the last of one request. */
  requestTimeoutMs: 60_000,
  /** Idle keep-alive connections are closed after this. */
  keepAliveMs: 72_000,
  /** JSON nesting of a body or a token: deeper than any tool schema seen, shallow enough for every recursive reader. */
  jsonDepth: 64,
  /** Parts of one multipart body: sixteen images, a mask and every field beside them are half of this. */
  multipartParts: 64,
  /** Header of one part: its name, a file's name of 255 characters in UTF-8 and a media type. */
  multipartHeadBytes: 2_048,
  /** A body with a recording: providers take 25 MB, and the fields beside it. */
  audioBodyBytes: 27_262_976,
  /** A body with images: providers take 50 MB for one, and the fields beside it. */
  imageBodyBytes: 54_525_952,
  /** Values in one body, keys and array items included: ten thousand messages with their calls have a third of them. */
  jsonNodes: 150_000,
  /** Different keys in one body: a hundred large tool schemas have some thousands; twice as many are read in fifty milliseconds. */
  jsonNewKeys: 10_000,
  /** One number: every double fits, written out to its last digit (1 077 characters). Millions of digits would be converted for nothing. */
  jsonNumberBytes: 1_100,
  /** Bytes of one object key. */
  jsonKeyBytes: 1_024,
  /** Keys of bodies remembered as plain words, for each body shape: enough for every field of the APIs. Full, the memory begins anew. */
  ordinaryKeys: 2_048,
  /** Output limit in a request: far beyond every model, small enough that a multiple of it stays exact. */
  outputTokens: 1_000_000_000,
  /** Name of a model as asked. */
  modelNameBytes: 256,
  /** JWKS and discovery documents. */
  jwksBytes: 262_144,
  jwksTimeoutMs: 3_000,
  /** After an unknown `kid`, no second fetch within this time. */
  jwksCooldownMs: 10_000,
  /** Keys older than this are not used, however often the issuer failed to answer. */
  jwksMaxAgeMs: 86_400_000,
  /** Keys older than this are asked for anew while they go on being used: how soon a withdrawn key is noticed. */
  jwksRefreshMs: 300_000,
  /** After an attempt that failed, the next one waits this long. */
  jwksRetryMs: 1_000,
  /** Keys in one set; issuers publish two to ten. */
  jwksKeys: 100,
  /** `kid` of a token or a key; the longest in use is a SHA-256 in hexadecimal. */
  keyIdChars: 128,
  /** `sub`, `sid`, `jti`, organization ids: OpenID Connect Core §2 bounds `sub` so. */
  nameChars: 255,
  /** Verified tokens that one process remembers; about 4 KiB each. */
  knownTokens: 20_000,
  /** Of those, tokens that are kept as they were sent: 16 KB each at most, with the header that they came in. */
  recentTokens: 512,
  /** Texts of facts whose key is remembered: a few hundred bytes each, some kilobytes at most. */
  recentFacts: 1_024,
  /** Accepted difference between an issuer's clock and ours. */
  tokenSkewS: 30,
  /** Longest lifetime (`exp` − `iat`) of a token. */
  tokenLifetimeS: 86_400,
  /** A country database that is read whole: the largest commercial one is below a tenth of this. */
  geoDatabaseBytes: 1_073_741_824,
  /** A place file is looked at this often, and read again once it has been still for the quiet time. */
  geoPollMs: 5_000,
  geoQuietMs: 2_000,
  /** Distinct records of a place database for which the reader in use is asked as well, at its examination. */
  geoCrossChecks: 10_000,
  /** Nesting of a record in a place database: MaxMind's richest has five levels. */
  geoRecordDepth: 32,
  /** Faults of a place look-up are told this often, however many requests meet one. */
  geoFaultMs: 60_000,
  /** Addresses whose place is remembered; a place is about 300 bytes. */
  placeMemoEntries: 65_536,
  /** Addresses of which is remembered whether they are a trusted proxy's. */
  trustedAddresses: 4_096,
  /** Trusted proxies between a client and the gate; a longer chain is a loop or an attack. */
  forwardedHops: 32,
  /** A secret or a certificate that a setting names: a chain of certificates stays below a quarter of this. */
  secretFileBytes: 65_536,
  /** Policy directory: bytes of one file, and files: ten thousand directives with as many grants, registers and lists. */
  policyFileBytes: 1_048_576,
  policyFiles: 25_000,
  policyDepth: 32,
  /** Characters of a YAML key: what YAML allows to a key in front of its value (1.2.2 §8.2.2), so that a message can name it. */
  yamlKeyLength: 1_024,
  /** Faults shown for one YAML file: beyond this, the first ones are the cause of the rest. */
  yamlFaults: 100,
  /** The compiler child is killed after this: ten thousand directives take some ten seconds of a core, and beside a busy gate it has a third of one. */
  policyCompileMs: 120_000,
  /** Ten thousand directives need 320. */
  policyCompileHeapMiB: 512,
  /** A change that lacks approvals is compared for this long before it counts as one that opens. */
  policyCompareMs: 120_000,
  /** A comparison that came to no answer is made again after this, then after twice as long, and so on up to an hour. */
  policyCompareAgainMs: 60_000,
  policyCompareAgainMostMs: 3_600_000,
  policyCompareHeapMiB: 1_024,
  /**
   * What `prove`, `diff` and the comparison of a change ask of the engine until everybody is known whom the tests of one resource tell
   * apart: half a minute of a core. Two such tests where the better word wins need a tenth.
   */
  spaceQuestions: 6_000_000,
  bundleBytes: 67_108_864,
  /** JSON values of one bundle: ten thousand directives and a hundred thousand register entries have about two million. */
  bundleNodes: 8_000_000,
  /** Approvals in one bundle file: far more than any organization has officers. */
  bundleApprovals: 64,
  /** What the second officer has after one alone closed something. Then an alarm; what was closed stays closed. */
  secondApprovalMs: 86_400_000,
  /** How often the policy in force is looked at for what has become due. */
  policyAlarmMs: 1_000,
  /** A policy tree must have been still for this long before it is read again. */
  policyQuietMs: 500,
  /** Where the system tells of no change (network file systems), the tree is looked at this often. */
  policyPollMs: 2_000,
  /** A newer policy that has waited this long is no longer a save under way: it shows in readyz, and a moving tree is read as it stands. */
  policyPendingMs: 10_000,
  /** Why something is suspended, revoked or lifted: a paragraph, which with all its escapes still fits a record. */
  officerWhyChars: 1_000,
  /** A journal of officers' acts is read and written whole; it holds all revocations that may stand, and as many that were. */
  officerJournalBytes: 67_108_864,
  /** The first officer's word that an act may be lifted: beyond a day, what it rested on may have changed. */
  liftAskedMs: 86_400_000,
  /** A suspension never lapses; it reminds of itself this often. */
  suspensionRemindMs: 86_400_000,
  /** How often is looked whether one is due. */
  suspensionLookMs: 60_000,
  /** Revocations in force: a look-up for each request, and half a kilobyte of memory and journal for each. */
  revocations: 10_000,
  /** What reaches tokens that were issued before an instant is forgotten this long after it: none of them lives any more by then. */
  revocationKeptMs: 172_800_000,
  /** How often is looked whether one is to be forgotten; an hour of such looks must agree, since a clock may stand ahead for a while. */
  revocationLookMs: 60_000,
  revocationLooks: 60,
  /** A command that asks the admin listener waits this long for its answer. */
  adminCallMs: 30_000,
  /** A clock that may be wrong by more than this decides nothing. */
  clockUncertaintyMs: 1_000,
  /** Memory of one process's decision memo. */
  memoEntries: 50_000,
  memoBytes: 67_108_864,
  /** No cached decision lives longer, whatever its valid-until. */
  memoTtlMs: 60_000,
  redisValueBytes: 65_536,
  /** Reads and writes on their way to Redis together; what comes above is decided without it. */
  redisInFlight: 512,
  /** From the first SYN to the first PONG of one attempt to reach Redis. */
  redisConnectMs: 2_000,
  /** After this many failures in a row Redis is left alone for a pause, which doubles up to its maximum. */
  redisFailures: 3,
  redisPauseMs: 1_000,
  redisPauseMaxMs: 5_000,
  /** One record, so that its leaf fits a tile entry (65 535). */
  recordBytes: 61_440,
  /** Records waiting for the disk: beyond this, 503. */
  appendQueueRecords: 4_096,
  appendQueueBytes: 8_388_608,
  /** One group commit. */
  commitRecords: 512,
  commitBytes: 1_048_576,
  /** A full disk is left alone for this long before one record is tried. */
  diskProbeMs: 1_000,
  /** How often the file that is written to is looked at for what others did to it. */
  logWatchMs: 1_000,
  /** Open streams of one HTTP/2 connection, and what it may hold, MiB. */
  http2Streams: 100,
  http2SessionMiB: 10,
  /** Signatures on one checkpoint; ours has one, witnesses add a few. */
  noteSignatures: 100,
  /** A repeat names a line of its own block of so many: whoever reads a log keeps no more. */
  repeatLines: 4_096,
  /** Texts of one block that may be repeated: beyond this, fields stand whole. */
  repeatCharacters: 4_194_304,
  segmentBytes: 268_435_456,
  segmentMs: 3_600_000,
  checkpointMs: 1_000,
  checkpointRecords: 1_000,
  /** A log that grows renews its registration in the roster this often: put back alone, it is seen to be older from then on. */
  rosterMs: 60_000,
  /** An SSE event that is longer cannot be held back to its edge; the stream is cut. */
  sseEventBytes: 4_194_304,
  /** An answer that is not a stream is held whole so that its model can be checked before it is released. */
  answerBytes: 67_108_864,
  /** Answers of the 1xx class before the one that counts: providers send none, or one early hint. */
  interimAnswers: 8,
  /** Refusals of one source and reason in one window that still get a record each. */
  refusalsOnRecord: 20,
  refusalsWindowMs: 10_000,
  /** A shared record of refusals is written at least this often; its refusals wait for it. */
  refusalsFlushMs: 250,
  /** Sources kept apart at once; beyond, they share one record per reason. */
  refusalsSources: 10_000,
  /** Seconds that a client is asked to wait after 503. */
  retryAfterS: 1,
  /** Requests that may wait on one connection for the answer before them; SDKs send none. */
  pipelinedRequests: 8,
  /** Stored objects that one registry knows: about 600 bytes each in memory. A full one keeps nothing more. */
  storedObjects: 200_000,
  /** Of one maker; for the next one the oldest is forgotten, so that nobody takes another's room. A busy agent makes a hundred a day. */
  storedPerMaker: 10_000,
  /** An object that was made longer ago is unknown: three times as long as the providers keep answers. */
  storedMs: 7_776_000_000,
  /** Models that had a part in one object: catalogues have fewer. */
  storedModels: 64,
  /** Ids of one answer that are kept: a response with its items. */
  storedPerAnswer: 256,
  /** Requests whose objects wait for the disk. */
  storedWaiting: 4_096,
  /** The journal is written anew when this many lines, and one for each object, have been added. */
  storedCompactLines: 10_000,
  /** A body with a file that is uploaded to be stored: it is held twice while its parts are written anew. */
  fileBytes: 67_108_864,
  /** A file of requests for a batch, which is read line by line when it is uploaded: as much as a request is read at once. */
  batchFileBytes: 4_194_304,
  /** Read of a request in one turn of the event loop: a file of requests at the end of a line, anything longer in a turn of its own. */
  stepBytes: 65_536,
  /** Copied of a body in one turn, where its parts are written anew: some ten milliseconds. */
  copyBytes: 16_777_216,
  /** A reading that has not come to its end by then, however many others take turns with it, is refused. */
  stepsMs: 60_000,
  /** Stored objects that one request may refer to. */
  referencesPerRequest: 64,
  /** Models that one request may name, fallbacks included. */
  modelsPerRequest: 16,
  /** Names of models in a batch that holds its requests itself, each named again: all of it is read in one step. */
  namesPerBatch: 2_000,
  /** Bytes of bodies and answers held at once, over all requests. */
  heldBytes: 536_870_912,
  /** A client that takes nothing of its answer for this long is gone. */
  writeStallMs: 30_000,
  /** An answer up to this length leaves with its head in one write; node copies such a text without asking for memory. */
  oneWriteBytes: 8_192,
  /** One in so many places of `limits.in-flight` may be a WebSocket's, since those stay open: requests always find some. */
  placesPerSocket: 2,
  /** From the first SYN to the answer of a model API that is asked to open a WebSocket. */
  socketHandshakeMs: 10_000,
  /** One message of a model API on a WebSocket: as much as one event of a stream. */
  socketMessageBytes: 4_194_304,
  /** Fragments of one message; SDKs send one. */
  socketFragments: 1_024,
  /** What waits unsent in one direction before the other side is no longer read. */
  socketBufferBytes: 1_048_576,
  /** Frames of one client in a second; beyond, it is read no faster. Audio comes fifty times a second. */
  socketFramesPerS: 500,
  /** How often either side is asked whether it still is there. Who has not answered by the next time is not. */
  socketPingMs: 30_000,
  /** A WebSocket on which neither side has said anything for so long is closed. */
  socketIdleMs: 900_000,
  /** So soon a client has to name a model on a WebSocket whose upgrade names none. */
  socketFirstFrameMs: 120_000,
  /** Different models and modes that the frames of one WebSocket may name; each is watched until its end. */
  socketDecisions: 32,
  /** Time that open answers get at shutdown before they are cut. */
  drainMs: 10_000,
  /** Then they are cut; a client that does not take the end of its answer either has this long. */
  drainLastMs: 1_000,
} as const

// Relations that other code relies on.
assert(
  limits.commitBytes <= limits.appendQueueBytes && limits.commitRecords <= limits.appendQueueRecords,
  'a commit fits the queue',
)
assert(limits.recordBytes < limits.commitBytes, 'a record fits a commit')
assert(limits.recordBytes < 65_535, 'a record fits a tile entry')
assert(limits.imageBodyBytes * 2 <= limits.heldBytes, 'the longest upload fits in memory twice')
assert(limits.stepBytes <= limits.batchFileBytes, 'a file of requests is read in steps')
assert(limits.socketMessageBytes <= limits.heldBytes && limits.socketPingMs < limits.socketIdleMs, 'sockets fit')
assert(limits.tokenBytes < limits.headerBytes, 'a token fits the headers')
assert(
  limits.jwksRetryMs <= limits.jwksCooldownMs && limits.jwksRefreshMs < limits.jwksMaxAgeMs,
  'keys are renewed before they end',
)
assert(limits.policyQuietMs < limits.policyPendingMs, 'a tree can come to rest before it is read as it stands')
assert(
  limits.revocationKeptMs > (limits.tokenLifetimeS + limits.tokenSkewS) * 1_000 * 1.5,
  'no token outlives its revocation',
)
assert(limits.memoTtlMs <= limits.jwksMaxAgeMs, 'no decision outlives the keys')
