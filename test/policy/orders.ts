// Every order in which some items can stand.

export const orders = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((one) => orders(items.filter((other) => other !== one)).map((others) => [one, ...others]))
