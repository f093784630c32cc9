// Names of the DOM's that the declarations of `@google/genai` use and Node's lack.

type RequestInfo = ConstructorParameters<typeof Request>[0]
type HeadersInit = ConstructorParameters<typeof Headers>[0]
