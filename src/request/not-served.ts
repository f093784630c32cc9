// Operations of the providers that deliberately have no row, with the reason: what the page of operations says of them.

export const notServed: readonly (readonly [what: string, why: string])[] = [
  ['lists of stored objects', 'the provider’s list holds what every caller of this gate made'],
  ['Anthropic’s files and message batches', 'nobody answers for them yet: a `file_id` in a message is refused'],
  ['vector stores', 'a search in one is a tool that runs at the provider'],
  ['assistants, threads and runs', 'they are ended by the provider; responses and conversations take their place'],
  [
    'fine-tuning',
    'a new model is a question for the catalogue: it would be served under a name that no directive knows',
  ],
  ['evals', 'they run models that stand in a definition which can be changed at the provider'],
  ['containers and skills', 'they run programs at the provider'],
  ['uploads in parts', 'what is put together at the provider was not read as a whole here'],
]
