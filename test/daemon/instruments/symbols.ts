// jest 29 gives tests a realm of their own, in which Node 20 leaves these two symbols out. Import this first.
for (const name of ['dispose', 'asyncDispose'] as const) {
  if (Symbol[name] === undefined) Object.defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`) });
}
