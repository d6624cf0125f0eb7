"""Keys by which a document leads its loader to code, commands, other files or the will of an agent.

Of documents too large to list, only what stands at these keys is. One more way to code is one more word here.
"""

_IMPORTS = """
_target_ target cls class_path auto_map auto_mapping parent_library megatron_core trust_remote_code
_attn_implementation _attn_implementation_internal attn_implementation _experts_implementation experts_implementation
_experts_implementation_internal tokenizer_kwargs model_kwargs config_kwargs activation_function activation_fn
loader_module python_function custom_generate custom_pipelines custom_objects registered_name code_paths
"""

_COMMANDS = """
mcpServers mcp_servers hooks command postCreateCommand postStartCommand postAttachCommand initializeCommand
onCreateCommand updateContentCommand runOptions enableAllProjectMcpServers enabledMcpjsonServers bypassPermissions
autoApprove alwaysAllow apiKeyHelper preinstall postinstall privileged hostPath
"""

_STEERS = """
model_type architectures weight_map quantization_config base_model_name_or_path chat_template system_prompt
suppress_tokens begin_suppress_tokens bad_words_ids forced_decoder_ids forced_bos_token_id forced_eos_token_id
sequence_bias assistant_model
"""

KEYS = frozenset(f"{_IMPORTS} {_COMMANDS} {_STEERS}".split())
