# Stands in for Node's own build settings, so that node-gyp builds against the node-api-headers package
# and downloads nothing. Without `configurations` gyp drops flags and include folders without a word.
{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': {
      'Release': {'cflags': ['-O2'], 'defines': ['NDEBUG']},
      'Debug': {'cflags': ['-O0', '-g']},
    },
  },
}
