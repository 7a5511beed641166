// What a program that only imports the package is bundled from.
export * from '@framerail/gpu-converters';
