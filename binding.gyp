{
  'variables': {
    'addon_api': '<!(node -p "require(\'node-addon-api\').include_dir")',
    'node_api_headers': '<!(node -p "require(\'node-api-headers\').include_dir")',
    'harness%': '<!(node -p "fs.existsSync(\'harness\')")',
    'probes%': '<!(node -p "fs.existsSync(\'test/native\')")',
  },
  'target_defaults': {
    'include_dirs': ['native', '<(addon_api)', '<(node_api_headers)'],
    'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS'],
    'cflags': ['-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra'],
    'cflags_cc': ['-std=c++17'],
  },
  'targets': [
    {
      'target_name': 'membarrier',
      'type': 'loadable_module',
      'sources': [
        'native/addon.cc',
        'native/affinity.cc',
        'native/allocation.cc',
        'native/async_call.cc',
        'native/fence_strategy.cc',
        'native/membarrier_abi.cc',
        'native/registrations.cc',
        'native/return_stack.cc',
        'native/threads.cc',
      ],
      'cflags_cc': ['-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'],
      'conditions': [
        ['OS=="linux"', {
          # nodelete: the record of registrations must outlive the worker that loaded the library
          # (native/registrations.h).
          'ldflags': ['-Wl,-z,nodelete,-z,relro,-z,now', '-Wl,--version-script=<(module_root_dir)/native/exports.map'],
          # No library at all, not even libc, which the process has: one binary serves each glibc and musl. (Bun for
          # musl refuses what names libc.so.6.)
          'configurations': {'Release': {'ldflags': ['-nodefaultlibs']}},
          'libraries': ['-lgcc'],
        }],
        # libgcc's out-of-line atomics ask glibc, and only glibc, for the processor's abilities.
        ['OS=="linux" and target_arch=="arm64"', {'cflags': ['-mno-outline-atomics']}],
      ],
    },
  ],
  'conditions': [
    # For benchmarks, and for tests. The published package has no sources for them.
    ['OS=="linux" and harness=="true"', {
      'targets': [
        {
          'target_name': 'harness',
          'type': 'loadable_module',
          # bench's package brings the harness along: whatever libstdc++ there is, if there is one.
          'ldflags': [
            '-static-libstdc++',
            '-Wl,--gc-sections',
            '-Wl,--version-script=<(module_root_dir)/native/exports.map',
          ],
          'sources': [
            'harness/calls.cc',
            'harness/context_switch.cc',
            'harness/harness.cc',
            'harness/parked_threads.cc',
            'native/affinity.cc',
            'native/return_stack.cc',
          ],
        },
      ],
    }],
    ['OS=="linux" and probes=="true"', {
      'targets': [
        {
          'target_name': 'probes',
          'type': 'loadable_module',
          'ldflags': [
            '-static-libstdc++',
            '-Wl,--gc-sections',
            '-Wl,--version-script=<(module_root_dir)/native/exports.map',
          ],
          'include_dirs': ['harness', 'test/native'],
          'sources': [
            'harness/calls.cc',
            'native/return_stack.cc',
            'test/native/code_patch.cc',
            'test/native/machine_code.cc',
            'test/native/probes.cc',
            'test/native/related_task.cc',
            'test/native/seccomp.cc',
            'test/native/tasks.cc',
          ],
        },
      ],
    }],
  ],
}
