// Read by Node itself, types and all; what `defineHandlers` gives is plain data.
interface Context {
  readonly data: number;
}

export default {
  handlers: { double: ({ data }: Context): number => data * 2 },
  resources: [],
};
