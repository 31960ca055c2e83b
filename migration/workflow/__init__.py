"""One module a verb: the only place where settings, configs, baselines and rules meet."""
