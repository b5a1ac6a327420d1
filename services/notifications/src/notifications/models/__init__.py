from notifications.models import deliveries, tasks

__all__ = ["deliveries", "tasks"]
