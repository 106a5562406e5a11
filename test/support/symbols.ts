// jest gives tests a realm of their own, in which Node 20 leaves these two symbols out.
for (const name of ['dispose', 'asyncDispose'] as const) {
  if (Symbol[name] === undefined)
    Object.defineProperty(Symbol, name, { value: Symbol.for(`nodejs.${name}`) });
}
