// The columns of the views as Katalyst relies on them, in their order. A change here breaks readers: add at the end, or make a v2.
export const VIEWS: Readonly<Record<string, string>> = {
  katalyst_v1_repositories: 'id full_name default_branch archived is_private head_sha ingested_at removed_at updated_at',
  katalyst_v1_imports:
    'id provider scope repository dimension state window_from window_to explanation gaps requests created_at finished_at updated_at',
  katalyst_v1_dimension_scores: 'import_id provider repository dimension score max coverage is_latest scored_at',
  katalyst_v1_subscores: 'import_id provider repository dimension name score max confidence evidence deductions gaps is_latest scored_at',
  katalyst_v1_metrics: 'import_id provider repository dimension name value number reason computed_at',
  katalyst_v1_artifacts: 'scope repository file artifact_id kind title status data problems blob_sha changed_at updated_at',
  katalyst_v1_links: 'connection scope artifact_id artifact_kind remote_kind remote_id remote_key url created_at updated_at',
  katalyst_v1_publications: 'provider connection scope target content_type remote_id title url version status published_at updated_at',
  katalyst_v1_sync_runs:
    'id kind connection scope state dry_run counts requests done total started_at progress_at finished_at error_code error',
  katalyst_v1_conflicts:
    'id connection scope artifact_kind artifact_id remote_key url field field_name base git remote reason kept created_at updated_at resolved_at',
}
